import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { parseDigest, type Digest } from '#engine/contract/digest.ts';
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

/**
 * Takes a step's layer into the store: hashed while it is written, and not compressed, since nothing needs that yet.
 * @param lease holds it from then on.
 */
export async function storeStep(
  images: ImageParts,
  tar: AsyncIterable<Uint8Array>,
  { lease, signal }: { readonly lease: Lease; readonly signal: AbortSignal },
): Promise<BuildLayer> {
  const dir = await mkdtemp(join(images.temporaryDir, 'step-'));
  await using undo = new AsyncDisposableStack();
  undo.defer(() => rm(dir, { recursive: true, force: true }));
  const path = join(dir, 'layer.tar');
  const { digest, size } = await spool(path, tar, signal);
  const blob = { mediaType: OCI_LAYER, digest, size };
  const layer = { diffId: digest, blob, open: () => createReadStream(path) };
  const stack = { layers: [layer], sender: 'This machine', subject: 'the build' };
  await storeLayers(images, stack, { board: new ProgressBoard('build', 'Storing the layer'), lease, signal });
  return { diffId: digest, blob };
}

async function spool(
  path: string,
  tar: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<{ digest: Digest; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  await using file = await open(path, 'wx', 0o600);
  for await (const bytes of tar) {
    signal.throwIfAborted();
    hash.update(bytes);
    size += bytes.length;
    await file.writeFile(bytes);
  }
  return { digest: parseDigest(`sha256:${hash.digest('hex')}`), size };
}
