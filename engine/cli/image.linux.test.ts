import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { entryDetails } from '#engine/contract/file-facts.ts';
import { treeRow } from '#engine/contract/layer.ts';
import { pathBlame } from '#engine/contract/timeline.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { CHANGED_FILE } from '#engine/testing/story-image.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

const run = promisify(execFile);
const IMAGE = 'story:1.0';

describeWith(['root', 'launcher', 'busybox'], 'estrato image', () => {
  let engine: TestEngine;
  let estrato: EstratoCli;
  let dir: TemporaryDirectory;
  beforeAll(async () => {
    engine = await startTestEngine();
    estrato = new EstratoCli(engine);
    dir = await temporaryDirectory('image-cli');
    await engine.loadStory();
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    await dir[Symbol.asyncDispose]();
  });

  const rowsOf = async (...args: readonly string[]): Promise<Record<string, string>> => {
    const text = await estrato.text('image', ...args, '--format', 'json');
    const rows = z.array(treeRow).parse(JSON.parse(text));
    return Object.fromEntries(rows.map(({ path, change }) => [path, change]));
  };

  test('layers stand beside the steps that made them', async () => {
    const table = await estrato.text('image', 'layers', IMAGE);
    expect(table).toMatch(/^2 +- +- +- +- +ENV APP_HOME=\/srv\/app$/m);
    expect(table).toMatch(/^4 +3 +\d+B +\d+ +[0-9a-f]{12} +RUN sed -i s\/nobody\/hello\/ \/srv\/app\/settings\.ini$/m);
  });

  test('a tree is of the image, of one layer, or of a step', async () => {
    const path = `/srv/app/${CHANGED_FILE.name}`;
    expect(await rowsOf('tree', IMAGE, '/srv/app')).toMatchObject({ [path]: 'added' });
    expect(await rowsOf('tree', IMAGE, '--layer', '3')).toEqual({ [path]: 'changed' });
    expect(await rowsOf('tree', IMAGE, '/srv/app', '--step', '3')).toHaveProperty('/srv/app/notes.txt', 'added');
    expect(await rowsOf('tree', IMAGE, '/srv/app')).not.toHaveProperty('/srv/app/notes.txt');
    expect(await estrato.text('image', 'tree', IMAGE, '--layer', '4')).toMatch(
      /^- +-\d{4} .* -\d+B +\/srv\/app\/notes/m,
    );
    expect(Object.keys(await rowsOf('tree', IMAGE, '--depth', '1'))).toContain('/srv');
    expect(Object.keys(await rowsOf('tree', IMAGE, '--depth', '1'))).not.toContain('/srv/app');
  });

  test('a difference is of the steps after one up to another', async () => {
    const path = `/srv/app/${CHANGED_FILE.name}`;
    expect(await rowsOf('diff', IMAGE, '--from', '3', '--to', '4')).toEqual({ [path]: 'changed' });
    expect(await rowsOf('diff', IMAGE, '--from', '3', '--to', '5')).toMatchObject({
      [path]: 'changed',
      '/srv/app/notes.txt': 'removed',
    });
    expect(await estrato.text('image', 'diff', IMAGE, '--from', '1', '--to', '2')).toBe('Nothing was changed.');
    const wrong = await estrato.run(['image', 'diff', IMAGE, '--from', '4', '--to', '4']);
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.stderr).toContain('Step 4 is not before step 4');
    expect((await estrato.run(['image', 'tree', IMAGE, '--step', '99'])).stderr).toContain('there is no step 99');
  });

  test('a file is compared line by line, and told with all that is known of it', async () => {
    const path = `/srv/app/${CHANGED_FILE.name}`;
    const lines = await estrato.text('image', 'diff', IMAGE, path, '--lines', '--from', '3', '--to', '4');
    expect(lines).toMatch(/^@@ -1,\d+ \+1,1 @@\n-.*nobody[^]*\+greeting = hello from the third layer$/m);
    const same = await estrato.text('image', 'diff', IMAGE, path, '--lines', '--from', '4', '--to', '5');
    expect(same).toBe('Its content was not changed.');
    const first = await estrato.run(['image', 'diff', IMAGE, path, '--lines', '--from', '0', '--to', '3']);
    expect(first.stderr).toContain('Before the first step there are no files');
    const busybox = await estrato.text('image', 'stat', IMAGE, '/bin/busybox');
    expect(busybox).toMatch(/^PROGRAM +ELF 64-bit little-endian \S+, /m);
    expect(busybox).toMatch(/^STATIC +yes$/m);
    expect(busybox).toMatch(/^DIGEST +sha256:[0-9a-f]{64}$/m);
    const entry = await estrato.text('image', 'stat', IMAGE, path, '--step', '3', '--format', 'json');
    expect(entryDetails.parse(JSON.parse(entry))).toMatchObject({ path, layer: 1, type: 'file' });
  });

  test('blame names every layer that wrote a path, or took it away', async () => {
    const table = await estrato.text('image', 'blame', IMAGE, `/srv/app/${CHANGED_FILE.name}`);
    expect(table).toMatch(/^4 +3 +changed +\d{4} +\d+B +[0-9a-f]{12} +RUN sed.*\n3 +2 +added /m);
    const gone = await estrato.text('image', 'blame', IMAGE, '/srv/app/notes.txt', '--format', 'json');
    const { versions } = pathBlame.parse(JSON.parse(gone));
    expect(versions.map(({ layer, change }) => [layer, change])).toEqual([
      [1, 'added'],
      [3, 'removed'],
    ]);
    expect(await estrato.text('image', 'blame', IMAGE, '/srv/app')).toMatch(/In it:\nSTEP +LAYER +WRITTEN +HIDDEN/);
    expect((await estrato.run(['image', 'blame', IMAGE, '/none'])).stderr).toContain(
      'No layer of this image has /none',
    );
  });

  test('a file is read as it was at any step', async () => {
    const path = `/srv/app/${CHANGED_FILE.name}`;
    expect((await estrato.run(['image', 'cat', IMAGE, path])).stdout).toBe(CHANGED_FILE.text);
    expect(await estrato.text('image', 'cat', IMAGE, path, '--step', '3')).toContain('nobody');
    expect((await estrato.run(['image', 'cat', IMAGE, '/srv'])).stderr).toContain('/srv is a directory');
    expect((await estrato.run(['image', 'cat', IMAGE, '/srv/app/notes.txt'])).stderr).toContain('There is no');
  });

  test('what is extracted is what a container of the image has', async () => {
    const file = join(dir.path, 'app.tar');
    await estrato.text('image', 'extract', IMAGE, '/srv/app', file);
    const extracted = join(dir.path, 'extracted');
    await mkdir(extracted);
    await run('tar', ['-xpf', file, '-C', extracted]);
    const { stdout } = await run('bash', ['-c', 'find app -printf "%P %y %m %U:%G %n %l\\n" | sort'], {
      cwd: extracted,
    });
    expect(stdout).toMatch(/^readme-too\.md f \d+ 0:0 2 $/m);
    expect(stdout).toMatch(/^readme\.md f \d+ 0:0 2 $/m);
    expect(stdout).not.toContain('notes.txt');
    const { stdout: text } = await run('cat', [join(extracted, 'app', CHANGED_FILE.name)]);
    expect(text).toBe(CHANGED_FILE.text);
    const rows = await rowsOf('tree', IMAGE, '/srv/app');
    expect(stdout.trim().split('\n')).toHaveLength(Object.keys(rows).length + 1);
  });
});
