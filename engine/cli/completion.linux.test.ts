import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startAtTerminal } from '#engine/testing/terminal-process.ts';

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
