import { execFile } from 'node:child_process';
import { mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';

const run = promisify(execFile);

describeWith(['root', 'launcher', 'busybox'], 'what estrato build makes beside images', () => {
  const { engine, estrato } = storyScene('base:latest');
  let dir: TemporaryDirectory;
  beforeAll(async () => {
    dir = await temporaryDirectory('output');
    const text =
      'FROM base AS made\nRUN mkdir /out && echo made > /out/file && ln -s file /out/link\nFROM scratch\nCOPY --from=made /out /';
    await mkdir(at('context'));
    await writeFile(at('context/Dockerfile'), text);
  });
  afterAll(() => dir[Symbol.asyncDispose]());

  const at = (...names: readonly string[]): string => join(dir.path, ...names);
  const build = (...options: readonly string[]): Promise<string> =>
    estrato.text('build', '--progress', 'plain', ...options, at('context'));
  const images = async (): Promise<number> => (await engine.call('images.list', {})).length;

  test('a folder has the files, over what was there and never through its links, and no image is made', async () => {
    const before = await images();
    await mkdir(at('folder'));
    await writeFile(at('victim'), 'untouched');
    await symlink(at('victim'), at('folder/file'));
    expect(await build('--output', at('folder'))).toBe('');
    expect(await readFile(at('folder/file'), 'utf8')).toBe('made\n');
    expect(await readlink(at('folder/link'))).toBe('file');
    expect(await readFile(at('victim'), 'utf8')).toBe('untouched');
    expect(await images()).toBe(before);
  });

  test('a tar has them, as a file and on standard output', async () => {
    await build('-o', `type=tar,dest=${at('files.tar')}`);
    const { stdout } = await run('tar', ['-tf', at('files.tar')]);
    expect(stdout.split('\n').toSorted()).toEqual(['', 'file', 'link']);
    expect(await build('--quiet', '-o', '-')).toContain('made\n');
  });

  test.each(['oci', 'docker'])(
    'type=%s is an archive of the image, which is loaded again under its name',
    async (type) => {
      const before = await images();
      await build('-o', `type=${type},dest=${at(type)},name=archived:${type}`);
      expect(await images()).toBe(before);
      expect((await estrato.run(['image', 'cat', `archived:${type}`, '/file'])).code).toBe(1);
      await estrato.text('load', '--input', at(type));
      expect(await estrato.text('image', 'cat', `archived:${type}`, '/file')).toBe('made');
    },
  );

  test('an image may be made beside it, and cacheonly makes nothing', async () => {
    await build('-o', at('beside'), '-o', 'type=image,name=beside:1');
    expect(await readFile(at('beside/file'), 'utf8')).toBe('made\n');
    expect(await estrato.text('image', 'cat', 'beside:1', '/file')).toBe('made');
    const before = await images();
    expect(await build('-o', 'type=cacheonly')).toBe('');
    expect(await images()).toBe(before);
  });

  test('what no archive holds is said before anything is built', async () => {
    const refused = async (...options: readonly string[]): Promise<string> => {
      const { code, stderr } = await estrato.run(['build', ...options, '--sbom', at('context')]);
      return `${code} ${stderr}`;
    };
    expect(await refused('-o', `type=oci,dest=${at('never')}`, '-t', 'never:1')).toMatch(/^1 .*holds one image/);
    expect(await refused('-o', at('never'))).toMatch(/^1 .*are said of images/);
  });
});
