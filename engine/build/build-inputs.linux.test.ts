import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { buildScene } from '#engine/testing/build-scene.ts';
import { describeWith } from '#engine/testing/requires.ts';

import { makeContext } from './testing/make-context.ts';

/** RFC 1952, section 2.3.1. */
const GZIP = Buffer.from([0x1f, 0x8b]);

describeWith(['root', 'launcher', 'busybox'], 'what a build begins with', () => {
  const { engine, docker, estrato, folder } = buildScene('build-inputs');

  test('a frontend that is named is told of, and not fetched', async () => {
    const frontend = 'nowhere.invalid/frontend:1';
    await makeContext(folder('syntax'), `# syntax=${frontend}\nFROM scratch\nCOPY a /`, { a: 'a' });
    const { code, stderr } = await estrato.run(['build', '--progress', 'plain', folder('syntax')]);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(`The Dockerfile names ${frontend} to read it: this engine reads it itself.`);
  });

  test('an image is begun from by its digest, and what no digest leads to is refused by its name', async () => {
    const digest = await docker.text('inspect', '-f', '{{.Id}}', 'base:latest');
    await makeContext(folder('digest'), `FROM ${digest}\nRUN echo made > /made`);
    const image = await estrato.text('build', '-q', folder('digest'));
    expect(await docker.text('run', '--rm', '--network', 'none', image, 'cat', '/made')).toBe('made');
    const unknown = `base@sha256:${'0'.repeat(64)}`;
    await makeContext(folder('unknown'), `FROM localhost:1/${unknown}\nRUN true`);
    const { code, stderr } = await estrato.run(['build', folder('unknown')]);
    expect(code).toBe(1);
    expect(stderr).toContain(unknown);
  });

  test('a Dockerfile has rules of its own for what is left out', async () => {
    await makeContext(folder('rules'), 'FROM scratch\nCOPY . /', {
      '.dockerignore': '*.md',
      'a.md': 'a',
      'a.txt': 'a',
    });
    await writeFile(join(folder('rules'), 'other.Dockerfile'), 'FROM scratch\nCOPY . /');
    await writeFile(join(folder('rules'), 'other.Dockerfile.dockerignore'), '**\n!*.md\n');
    const filesOf = async (...options: readonly string[]): Promise<string> => {
      const image = await estrato.text('build', '-q', ...options, folder('rules'));
      return (await estrato.text('image', 'tree', image)).replaceAll(/[^\n]* /g, '');
    };
    expect(await filesOf()).toContain('a.txt');
    expect(await filesOf()).not.toContain('a.md');
    const other = await filesOf('-f', join(folder('rules'), 'other.Dockerfile'));
    expect(other).toContain('a.md');
    expect(other).not.toContain('a.txt');
  });

  test('no layer is compressed by being built', async () => {
    await makeContext(folder('plain'), 'FROM scratch\nCOPY a /', { a: 'a'.repeat(300_000) });
    const before = await blobs();
    await estrato.text('build', '-q', folder('plain'));
    const made = (await blobs()).filter(({ name }) => before.every((known) => known.name !== name));
    expect(made.length).toBeGreaterThan(0);
    expect(made.filter(({ begin }) => begin.equals(GZIP))).toEqual([]);
  });

  async function blobs(): Promise<readonly { readonly name: string; readonly begin: Buffer }[]> {
    const dir = join(engine.dataRoot, 'blobs/sha256');
    const read = async (name: string) => ({ name, begin: (await readFile(join(dir, name))).subarray(0, 2) });
    return Promise.all((await readdir(dir)).map(read));
  }
});
