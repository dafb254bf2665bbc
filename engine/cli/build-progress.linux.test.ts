import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

/** Back to the block's first line, and all of it away. */
const REDRAW = new RegExp(String.raw`\x1B\[\d+A\r\x1B\[J`);

describeWith(['root', 'launcher', 'busybox'], 'how a build goes', () => {
  let engine: TestEngine;
  let context: TemporaryDirectory;
  let estrato: EstratoCli;
  beforeAll(async () => {
    engine = await startTestEngine();
    context = await temporaryDirectory('progress');
    estrato = new EstratoCli(engine);
    await engine.loadStory('base:latest');
  });
  afterAll(async () => {
    await context[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
  });

  const write = (...lines: readonly string[]): Promise<void> =>
    writeFile(join(context.path, 'Dockerfile'), ['FROM base', ...lines, ''].join('\n'));
  const many = Array.from({ length: 30 }, (_, at) => `ENV A=${at}`);

  test('a terminal is drawn over in a bounded block, at any size, and ends with all steps', async () => {
    await write(...many, 'RUN --network=none echo said; sleep 2; echo last');
    await using terminal = await estrato.startAtTerminal(['build', '--no-cache', context.path], {
      rows: 8,
      columns: 60,
    });
    const { process } = terminal;
    await process.until(/\[\+\] Building \d+\.\ds \(\d+\/32\)/);
    await process.until(/ => => said/);
    await terminal.resize({ rows: 5, columns: 30 });
    await process.until(REDRAW);
    await process.until(/sha256:[0-9a-f]{64}/);
    const { code, stdout } = await process.ended;
    expect(code).toBe(0);
    const frames = stdout.split(REDRAW);
    expect(frames.length).toBeGreaterThan(3);
    // All but the last, which is not drawn over, fit into the terminal.
    for (const frame of frames.slice(1, -1)) {
      const lines = stripVTControlCharacters(frame).trimEnd().split('\r\n');
      expect(lines.length).toBeLessThan(8);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(60);
    }
    expect(stripVTControlCharacters(frames.at(-1) ?? '').match(/ => \[0 \d+\/32\]/g)).toHaveLength(32);
  });

  test('a step that fails is told with what it printed, beneath all', async () => {
    await write('RUN --network=none echo before it ended; exit 3');
    await using terminal = await estrato.startAtTerminal(['build', context.path], { rows: 20, columns: 80 });
    const { code, stdout } = await terminal.process.ended;
    expect(code).toBe(1);
    const last = stripVTControlCharacters(stdout.split(REDRAW).at(-1) ?? '').replaceAll('\r', '');
    expect(last).toMatch(/------\n > \[0 2\/2\] RUN [^\n]*:\nbefore it ended\n------\n/);
    expect(last).toContain('returned a non-zero code: 3');
  });

  test('elsewhere it is told in lines, or as JSON', async () => {
    await write('RUN --network=none echo hello');
    const plain = await estrato.run(['build', '--no-cache', context.path]);
    expect(plain.stderr).toMatch(/^#2 \[0 2\/2\] RUN --network=none echo hello\n#2 hello\n#2 DONE \d+\.\ds$/m);
    expect(plain.stderr).not.toContain('\u001B');
    const json = await estrato.run(['build', '--no-cache', '--progress', 'json', context.path]);
    const news: unknown[] = json.stderr
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(news).toContainEqual(expect.objectContaining({ kind: 'output', text: 'hello\n' }));
    expect(news.at(-1)).toMatchObject({ kind: 'done', image: json.stdout.trim() });
    const drawn = await estrato.run(['build', '--progress', 'tty', context.path]);
    expect(drawn.stderr).toContain('There is no terminal to draw on; write --progress plain.');
  });
});
