import { fullChunks } from '#engine/async/full-chunks.ts';
import { explainWriteFailure } from '#engine/content/file-failures.ts';
import type { Digest } from '#engine/contract/digest.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import type { Lease } from '#engine/image/leases.ts';
import { ProgressBoard } from '#engine/image/progress-board.ts';
import { storeLayers } from '#engine/image/store-layers.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { OCI_LAYER } from '#engine/oci/media-types.ts';

/** A layer of what is being built, which is in the store. */
export interface BuildLayer {
  readonly diffId: Digest;
  readonly blob: Descriptor;
}

/** A tar of small files comes in pieces of some hundred bytes; one at a time they cost more to write than to make. */
const CHUNK_BYTES = 512 * 1024;

/**
 * Takes a step's layer into the store: hashed while it is written, once, and not compressed, since nothing needs that yet.
 * @param lease holds it from then on. @throws EngineError `out-of-space` when the disk is full.
 */
export async function storeStep(
  images: ImageParts,
  tar: AsyncIterable<Uint8Array>,
  { lease, signal }: { readonly lease: Lease; readonly signal: AbortSignal },
): Promise<BuildLayer> {
  await using spool = await images.blobs.spool();
  for await (const chunk of fullChunks(tar, CHUNK_BYTES)) {
    signal.throwIfAborted();
    await spool.append(chunk).catch(failToWrite);
  }
  const diffId = await spool.end();
  const blob = { mediaType: OCI_LAYER, digest: diffId, size: spool.size };
  await lease.hold(diffId);
  // Also where the layer is here already: it may have come with other bytes, compressed for instance.
  await images.blobs.keep(blob, spool);
  const layer = { diffId, blob, spool };
  const stack = { layers: [layer], sender: 'This machine', subject: 'the build' };
  await storeLayers(images, stack, { board: new ProgressBoard('build', 'Storing the layer'), lease, signal });
  return { diffId, blob };
}

function failToWrite(error: unknown): never {
  throw explainWriteFailure(error, 'a layer of the build');
}
