import { setTimeout as pause } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { storyScene, type StoryScene } from './story-scene.ts';
import type { ScreenSize, TerminalProcess } from './terminal-process.ts';
import type { Ending } from './watched-process.ts';

const small = { rows: 33, columns: 77 };

/** Says the terminal's size, and again each time it changes. */
const SIZES = 'trap "stty size" WINCH; stty size; echo watching; while :; do sleep 0.05; done';

const CTRL_P_CTRL_Q = '\u0010\u0011';

/** A client shows output a moment before it listens for new sizes: its window is dragged on until it follows. */
async function dragUntilSeen(terminal: TerminalProcess): Promise<void> {
  const seen = terminal.process.until(/\d+ 133\r\n/).then(() => true);
  for (let rows = 44; ; rows += 1) {
    await terminal.resize({ rows, columns: 133 });
    if (await Promise.race([seen, pause(200, false)])) return;
  }
}

/** A command line with Docker's verbs, and a terminal to try it at. */
export interface TerminalClient {
  run(args: readonly string[]): Promise<Ending>;
  text(...args: readonly string[]): Promise<string>;
  startAtTerminal(args: readonly string[], size: ScreenSize): Promise<TerminalProcess>;
}

/** What a person at a terminal has of a command line, whichever it is. */
export function terminalSuite(clientOf: (scene: StoryScene) => TerminalClient): void {
  const scene = storyScene();
  const { image } = scene;
  const client = clientOf(scene);

  test('run -it has a terminal of the size of its own, and follows it', async () => {
    await using terminal = await client.startAtTerminal(['run', '--rm', '-it', image, 'sh', '-c', SIZES], small);
    await terminal.process.until(/watching\r\n/);
    await dragUntilSeen(terminal);
    await terminal.resize(small);
    await terminal.process.until(/33 77\r\n/);
  });

  test('run -it passes on what is typed, and the exit code', async () => {
    await using terminal = await client.startAtTerminal(['run', '--rm', '-it', image, 'sh'], small);
    await terminal.process.until(/# /);
    terminal.process.write('echo $((6 * 7)); tty\r');
    await terminal.process.until(/42\r\n\/dev\/pts\/0\r\n/);
    terminal.process.write('exit 6\r');
    expect((await terminal.process.ended).code).toBe(6);
  });

  test('Ctrl-C reaches the program, not the client', async () => {
    const script = 'trap "echo interrupted; exit 8" INT; echo waiting; while :; do sleep 0.05; done';
    await using terminal = await client.startAtTerminal(['run', '--rm', '-it', image, 'sh', '-c', script], small);
    await terminal.process.until(/waiting\r\n/);
    terminal.process.write('\u0003');
    await terminal.process.until(/interrupted\r\n/);
    expect((await terminal.process.ended).code).toBe(8);
  });

  test('exec -it has a terminal of its own, which follows its client', async () => {
    await client.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
    await using terminal = await client.startAtTerminal(['exec', '-it', 'box', 'sh', '-c', SIZES], small);
    await terminal.process.until(/watching\r\n/);
    await dragUntilSeen(terminal);
    await using second = await client.startAtTerminal(['exec', '-it', 'box', 'sh', '-c', 'tty; exit 4'], small);
    await second.process.until(/\/dev\/pts\/\d+\r\n/);
    expect((await second.process.ended).code).toBe(4);
  });

  test('the detach keys leave the container running, and attach finds it as it was', async () => {
    await client.text('run', '-dit', '--name', 'box', image, 'sh');
    await using first = await client.startAtTerminal(['attach', 'box'], small);
    first.process.write('word=kept; echo $((40 + 2))\r');
    await first.process.until(/42\r\n/);
    first.process.write(CTRL_P_CTRL_Q);
    await first.process.until(/read escape sequence/);
    await first.process.ended;
    expect(await client.text('inspect', '-f', '{{.State.Status}}', 'box')).toBe('running');

    await using second = await client.startAtTerminal(['attach', '--detach-keys', 'z,ctrl-e', 'box'], small);
    second.process.write('echo is $word\r');
    await second.process.until(/is kept\r\n/);
    second.process.write('z\u0005');
    await second.process.until(/read escape sequence/);
    await second.process.ended;
    expect(await client.text('inspect', '-f', '{{.State.Status}}', 'box')).toBe('running');
  });

  test('two who are attached see the same', async () => {
    await client.text('run', '-dit', '--name', 'box', image, 'sh');
    await using first = await client.startAtTerminal(['attach', 'box'], small);
    await using second = await client.startAtTerminal(['attach', 'box'], small);
    // What one types is answered once it is attached: what came before that it may have missed.
    for (const { process } of [first, second]) {
      process.write('echo $((2 + 2)) is here\r');
      await process.until(/4 is here\r\n/);
    }
    first.process.write('echo $((1 + 1)) from the first\r');
    await second.process.until(/2 from the first\r\n/);
    second.process.write('echo $((1 + 2)) from the second\r');
    await first.process.until(/3 from the second\r\n/);
    second.process.write('exit 3\r');
    expect((await first.process.ended).code).toBe(3);
  });
}
