import { execFileSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { FileBlobStore } from '#engine/content/file-blob-store.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';
import { describeWith, launcherPath } from '#engine/testing/requires.ts';
import { inPieces } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { checkLayer } from './check-layer.ts';
import { FileLayerStore } from './file-layer-store.ts';

const items = [
  { name: 'dir/', type: 'directory' as const },
  { name: 'dir/file', body: 'x'.repeat(100_000) },
  { name: 'link', type: 'symlink' as const, linkname: 'dir/file' },
];

describeWith(['root', 'launcher'], 'a layer that is read again', () => {
  test.each([
    ['tar', 'gzip'],
    ['tar', 'none'],
    ['tree', 'gzip'],
    ['tree', 'none'],
  ] as const)(
    'is found whole, counted as du does, and found damaged: kept as a %s, from %s',
    async (form, compression) => {
      await using dir = await temporaryDirectory('check-layer');
      const [layer] = (await makeImage([items], { compression })).layers;
      if (layer === undefined) throw new Error('no layer');
      const { diffId, blob } = layer;
      const blobs = new FileBlobStore(join(dir.path, 'blobs'));
      const layers = new FileLayerStore({ dir: join(dir.path, 'layers'), blobs, launcherPath, form });
      await blobs.ingest(blob.descriptor, inPieces(blob.bytes));
      await layers.apply(diffId, blob.descriptor);
      let read = 0;
      const check = { signal: new AbortController().signal, onBytes: (bytes: number) => void (read += bytes) };
      await checkLayer(layers, diffId, check);
      expect(read).toBeGreaterThanOrEqual(100_000);

      const parts = [join(dir.path, 'layers', diffId.slice('sha256:'.length)), blobs.pathOf(blob.descriptor.digest)];
      const lines = execFileSync('du', ['--block-size=1', '-s', '--total', ...parts], { encoding: 'utf8' });
      const counted = Number.parseInt(lines.trim().split('\n').at(-1) ?? '', 10);
      const stored = (await blobs.stat(blob.descriptor.digest))?.storedBytes ?? 0;
      expect((await layers.storedBytes(diffId)) + stored).toBe(counted);

      const path = join(parts[0] ?? '', form === 'tar' ? 'tar' : 'tree/dir/file');
      await using file = await open(path, 'r+');
      await file.write('y', 5000);
      await expect(checkLayer(layers, diffId, check)).rejects.toMatchObject({ code: 'corrupt' });
    },
  );
});
