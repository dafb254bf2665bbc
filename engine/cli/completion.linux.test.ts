import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startAtTerminal } from '#engine/testing/terminal-process.ts';

const run = promisify(execFile);

describeWith(['root', 'launcher', 'busybox'], 'completion', () => {
  const { estrato, image } = storyScene();

  const words = async (...said: readonly string[]): Promise<readonly string[]> =>
    (await estrato.text('completion', 'words', '--', ...said)).split('\n');

  test('offers verbs, options, their values, and names of what a verb is about', async () => {
    await estrato.text('create', '--name', 'web', image, 'true');
    await estrato.text('volume', 'create', 'data');
    expect(await words('')).toEqual(expect.arrayContaining(['run', 'ps', 'compose', 'volume']));
    expect(await words('volume', '')).toEqual(expect.arrayContaining(['ls', 'prune', 'save']));
    expect(await words('ps', '--')).toEqual(expect.arrayContaining(['--all', '--format', '--no-trunc']));
    expect(await words('run', '--pull', '')).toEqual(['always', 'missing', 'never']);
    expect(await words('stop', '')).toEqual(['web']);
    expect(await words('container', 'rm', '-f', '')).toEqual(['web']);
    expect(await words('run', '--rm', '')).toContain(image);
    expect(await words('volume', 'rm', '')).toEqual(['data']);
    expect(await words('network', 'rm', '')).toContain('bridge');
  });

  test('a real bash completes with Tab', async () => {
    await estrato.text('create', '--name', 'webserver', image, 'true');
    await using dir = await temporaryDirectory('bash');
    const rc = join(dir.path, 'rc');
    await writeFile(
      rc,
      `PS1='$ '\nestrato() { ( ${estrato.script} ); }\nsource <(estrato completion bash)\necho prepared\n`,
    );
    const env = { PATH: process.env['PATH'], HOME: dir.path, TERM: 'dumb' };
    await using terminal = await startAtTerminal(['bash', '--noprofile', '--rcfile', rc, '-i'], env, {
      rows: 24,
      columns: 200,
    });
    const { process: shell } = terminal;
    await shell.until(/prepared\r\n/);
    shell.write('estrato unp\t');
    await shell.until(/estrato unpause /);
    shell.write('webs\t');
    await shell.until(/webserver /);
    shell.write('\u0015exit\r');
    await shell.ended;
  });

  test.each(['bash', 'zsh', 'fish'])('there is a script for %s', async (shell) => {
    expect(await estrato.text('completion', shell)).toContain('estrato completion words --');
  });
});

describeWith(['zsh', 'fish'], 'completion in shells that not everybody has', () => {
  /** Verbs and options are known without an engine. */
  const estrato = new EstratoCli({ dataRoot: '/nonexistent', host: 'unix:///nonexistent/estrato.sock' });

  test('a real zsh completes with Tab', async () => {
    await using dir = await temporaryDirectory('zsh');
    const lines = ['PS1="$ "', 'autoload -Uz compinit', 'compinit -u'];
    const own = `estrato() { ( ${estrato.script} ); }`;
    await writeFile(
      join(dir.path, '.zshrc'),
      `${[...lines, own, 'source <(estrato completion zsh)', 'echo prepared'].join('\n')}\n`,
    );
    const env = { PATH: process.env['PATH'], HOME: dir.path, ZDOTDIR: dir.path, TERM: 'dumb' };
    await using terminal = await startAtTerminal(['zsh', '-d', '-i'], env, { rows: 24, columns: 200 });
    const { process: shell } = terminal;
    await shell.until(/prepared\r\n/);
    shell.write('estrato unp\t');
    await shell.until(/estrato unpause /);
    shell.write('\u0015exit\r');
    await shell.ended;
  });

  test('a real fish knows what could follow', async () => {
    await using dir = await temporaryDirectory('fish');
    await writeFile(join(dir.path, 'estrato'), `#!/bin/sh\n${estrato.script}\n`, { mode: 0o755 });
    const env = { PATH: `${dir.path}:${process.env['PATH']}`, HOME: dir.path, TERM: 'dumb' };
    const asked = `estrato completion fish | source; complete -C 'estrato unp'; complete -C 'estrato ps --no-t'`;
    const { stdout } = await run('fish', ['--no-config', '-c', asked], { env });
    expect(stdout).toBe('unpause\n--no-trunc\n');
  });
});
