import { compressed, type LayerCompression } from '#engine/archive/compress.ts';
import { explainWriteFailure } from '#engine/content/file-failures.ts';
import type { Digest } from '#engine/contract/digest.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';

import { compressedLayer, rememberCompressed } from './compressed-layers.ts';
import type { ImageParts } from './image-parts.ts';
import type { Lease } from './leases.ts';
import { compressedTypes, isPlainLayer } from './push-plan.ts';

/**
 * A layer's bytes as registries keep them, in the blob store: for a manifest that is made before anybody asks for the image. What was
 * compressed before isn't compressed again.
 *
 * @param lease holds them from then on. @throws EngineError `out-of-space`, the signal's reason when it fires.
 */
export async function compressLayer(
  parts: ImageParts,
  { diffId, blob }: { readonly diffId: Digest; readonly blob: Descriptor },
  {
    compression,
    lease,
    signal,
  }: { readonly compression: LayerCompression; readonly lease: Lease; readonly signal: AbortSignal },
): Promise<Descriptor> {
  if (!isPlainLayer(blob.mediaType)) return blob;
  const mediaType = compressedTypes[compression];
  const known = compressedLayer(parts.database, diffId, compression);
  if (known !== undefined) {
    await lease.hold(known.digest);
    if ((await parts.blobs.stat(known.digest)) !== undefined) return { mediaType, ...known };
  }
  await using spool = await parts.blobs.spool();
  for await (const chunk of compressed(parts.blobs.open(blob.digest), compression)) {
    signal.throwIfAborted();
    await spool.append(chunk).catch((error: unknown) => {
      throw explainWriteFailure(error, 'a compressed layer');
    });
  }
  const made = { digest: await spool.end(), size: spool.size };
  await lease.hold(made.digest);
  await parts.blobs.keep({ mediaType, ...made }, spool);
  rememberCompressed(parts.database, diffId, { compression, ...made });
  return { mediaType, ...made };
}
