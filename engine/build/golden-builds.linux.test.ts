import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { parseDigest, type Digest } from '#engine/contract/digest.ts';
import type { TreeRow } from '#engine/contract/layer.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { tarOf } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { makeContext } from './testing/make-context.ts';

const folder = fileURLToPath(new URL('testfiles/', import.meta.url));
const cases = readdirSync(folder).filter((name) => name.endsWith('.dockerfile'));

const files = {
  'package.json': '{"name":"app"}\n',
  'src/main.js': 'console.log(1)\n',
  'src/lib/util.js': '600:export {}\n',
  'src/lib/run.sh': '755:#!/bin/sh\n',
  'src/link': '-> main.js',
  'docs/a.md': 'a\n',
  'docs/b.md': 'b\n',
  'docs/c.txt': 'c\n',
  secret: 'golden',
};

const config = z.object({
  architecture: z.string(),
  config: z.record(z.string(), z.unknown()),
  history: z.array(z.object({ created_by: z.string().optional(), empty_layer: z.boolean().optional() })),
  rootfs: z.object({ diff_ids: z.array(z.string()) }),
});
type Config = z.infer<typeof config>;

/** Dockerfile → layers and config: what each instruction and flag comes to. What each is parsed to is in `dockerfile/testfiles`. */
describeWith(['root', 'launcher', 'busybox'], 'golden builds', () => {
  const { engine, estrato } = storyScene('base:latest');
  let dir: TemporaryDirectory;
  let base: Config;
  beforeAll(async () => {
    dir = await temporaryDirectory('golden');
    base = await configOf('base:latest');
  });
  afterAll(() => dir[Symbol.asyncDispose]());

  const configOf = async (image: string): Promise<Config> =>
    config.parse(JSON.parse((await engine.call('images.raw', { image })).config));

  /** What a layer adds, changes and removes below a directory, without times. */
  async function layerOf(image: Digest, at: number, path = '/'): Promise<readonly string[]> {
    const page = { offset: 0, limit: 2000, changedOnly: true };
    const { rows } = await engine.call('layers.children', { image, from: at, to: at, path, ...page });
    const found: string[] = [];
    for (const row of rows) {
      if (row.change !== 'unchanged') found.push(told(row, await contentOf(image, at, row)));
      if (row.hasChildren && row.change !== 'removed') found.push(...(await layerOf(image, at, row.path)));
    }
    return found;
  }

  const contentOf = async (image: Digest, to: number, { path, type, change }: TreeRow): Promise<string> => {
    if (type !== 'file' || change === 'removed') return '';
    const { kind, text } = await engine.call('layers.preview', { image, to, path });
    return kind === 'binary' ? ' binary' : ` ${JSON.stringify(text)}`;
  };

  test.each(cases)('%s', async (name) => {
    const place = join(dir.path, name);
    await makeContext(place, readFileSync(join(folder, name), 'utf8'), files);
    await writeFile(join(place, 'package.tar'), await tarOf({ name: 'in/tar', body: 'unpacked' }));
    const args = ['BASE=base', 'GIVEN=given', 'HTTPS_PROXY=http://proxy.invalid'];
    const options = [
      ...args.flatMap((each) => ['--build-arg', each]),
      '--secret',
      `id=key,src=${join(place, 'secret')}`,
    ];
    const image = parseDigest(await estrato.text('build', '-q', ...options, place));
    const built = await configOf(image);
    const isOnBase = built.rootfs.diff_ids[0] === base.rootfs.diff_ids[0];
    const first = isOnBase ? base.rootfs.diff_ids.length : 0;
    const layers = [];
    for (let at = first; at < built.rootfs.diff_ids.length; at += 1) layers.push(await layerOf(image, at));
    const history = built.history
      .slice(isOnBase ? base.history.length : 0)
      .map(({ created_by: text = '', empty_layer: isEmpty = false }) => (isEmpty ? `(${text})` : text));
    const golden = { config: built.config, history, layers };
    const text = `${JSON.stringify(golden, undefined, 2)}\n`.replaceAll(built.architecture, 'ARCHITECTURE');
    await expect(text).toMatchFileSnapshot(join(folder, name.replace('.dockerfile', '.json')));
  });
});

/** `added file 644 0:0 /a/b "text"`. */
function told({ change, type, mode, uid, gid, path, linkTarget }: TreeRow, content: string): string {
  const link = linkTarget === undefined ? '' : ` -> ${linkTarget}`;
  return `${change} ${type} ${mode.toString(8)} ${uid}:${gid} ${path}${link}${content}`;
}
