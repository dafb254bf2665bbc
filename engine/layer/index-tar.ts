import { createHash } from 'node:crypto';

import { decompressed } from '#engine/archive/decompress.ts';
import { TarParser } from '#engine/archive/tar-parser.ts';
import { parseDigest } from '#engine/contract/digest.ts';

import { encodeEntryIndex } from './encode-entry-index.ts';
import type { LayerRecord } from './layer-store.ts';
import { LayerUnpacker } from './layer-unpacker.ts';
import { layerTotals } from './tree-node.ts';
import { noTree } from './tree-target.ts';

/**
 * The entry index of a tar, compressed or not, that is no layer of the store's: what a layer of these bytes would hold.
 *
 * @throws EngineError `corrupt` for what could be no layer, `too-large` for what expands without end.
 */
export async function indexTar(
  source: AsyncIterable<Uint8Array>,
): Promise<{ readonly record: LayerRecord; readonly bytes: Buffer }> {
  const unpacker = new LayerUnpacker(noTree);
  const parser = new TarParser(unpacker);
  const hash = createHash('sha256');
  let tarSize = 0;
  for await (const chunk of decompressed(source)) {
    tarSize += chunk.byteLength;
    hash.update(chunk);
    parser.write(chunk);
  }
  parser.end();
  const { root } = unpacker.tree;
  const diffId = parseDigest(`sha256:${hash.digest('hex')}`);
  const mediaType = 'application/vnd.oci.image.layer.v1.tar';
  const blob = { diffId, mediaType, blobDigest: diffId, compressedSize: tarSize, tarSize };
  const record = { ...blob, ...layerTotals(root) };
  return { record, bytes: encodeEntryIndex(record, root) };
}
