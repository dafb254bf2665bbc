import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { CuttingProxy } from '#engine/testing/cutting-proxy.ts';
import { startDebianRegistry } from '#engine/testing/debian-registry.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { ImageStore } from './testing/image-store.ts';

const program = fileURLToPath(new URL('./testing/pulling-engine.ts', import.meta.url));
const CUTS = 20;
const CHUNK = 1024 * 1024;

async function keptBytes(root: string): Promise<number> {
  const dir = join(root, 'blobs/partial');
  const names = await readdir(dir).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(dir, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

describeWith(['registry', 'launcher'], 'a download that is cut again and again', () => {
  test('fetches what is missing only, over broken connections and killed engines', { timeout: 120_000 }, async () => {
    await using registry = await startDebianRegistry();
    await using proxy = await CuttingProxy.start(registry.host);
    await using dir = await temporaryDirectory('cut');
    const image = await makeImage([[{ name: 'noise', body: randomBytes(48 * CHUNK) }]]);
    await registry.push(await dockerArchive({ image, names: ['team/noise:1'] }), 'team/noise:1');
    const { layers } = await registry.inspect('team/noise:1');
    const size = layers[0]?.size ?? 0;
    const name = `${proxy.host}/team/noise:1`;
    for (let done = 0; done < CUTS;) {
      // A process for every five: four of its connections break, with the fifth it dies.
      const child = spawn(process.execPath, [program, dir.path, name], { stdio: 'ignore' });
      const ended = once(child, 'exit');
      for (let nth = 1; nth <= 5; nth += 1, done += 1) {
        const how = nth === 5 ? 'stall' : 'break';
        await Promise.race([proxy.cut({ afterBytes: CHUNK + Math.floor(Math.random() * CHUNK), how }), ended]);
        expect(child.exitCode).toBeNull();
      }
      child.kill('SIGKILL');
      await ended;
    }
    const kept = await keptBytes(dir.path);
    expect(kept).toBeGreaterThan(CUTS * CHUNK - 4 * CHUNK);
    await using store = await ImageStore.open(dir.path);
    expect((await store.pull(name)).at(-1)?.layers.map(({ state }) => state)).toEqual(['done']);
    expect(proxy.brought).toBeGreaterThan(size);
    expect(proxy.brought).toBeLessThanOrEqual(size + CUTS * CHUNK);
    const { halfDone, layers: here } = await store.contents();
    expect([halfDone, here]).toEqual([[], image.layers.map(({ diffId }) => diffId)]);
  });
});
