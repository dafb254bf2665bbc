import { EngineError } from '#engine/contract/errors.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { familiarName } from '#engine/contract/reference.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { parseDocument } from '#engine/oci/document.ts';
import { documentType } from '#engine/oci/manifest.ts';
import { isIndexType } from '#engine/oci/media-types.ts';

import type { ManifestDocument } from './choose-manifest.ts';
import type { TransferContext } from './follow-transfer.ts';
import type { ImageParts } from './image-parts.ts';
import { documentTagged } from './kept-documents.ts';
import { pushLayers, type PushContext } from './push-layers.ts';

/**
 * Sends the index that a tag means, with all that it lists: blobs, then manifests, then the index itself under the tag.
 *
 * @returns the index. @throws EngineError `not-found` when the tag means none, `corrupt` when a part of it is gone.
 */
export async function pushIndex(
  parts: ImageParts,
  context: PushContext & Pick<TransferContext, 'lease'>,
): Promise<Descriptor> {
  const { repository, reference, lease, signal } = context;
  const what = familiarName(reference);
  const digest = documentTagged(parts.database, reference);
  const index = digest === undefined ? undefined : await readHere(parts, digest, what);
  if (index === undefined || !isIndexType(index.descriptor.mediaType)) {
    throw new EngineError(
      'not-found',
      `${what} is the image of one platform here; pull it with --all-platforms first, or push it without.`,
    );
  }
  const listed = parseDocument(index.bytes, index.descriptor.mediaType, `The index of ${what}`).parts;
  const children: ManifestDocument[] = [];
  for (const child of listed) children.push(await readHere(parts, child.digest, what));
  const named = children.flatMap((child) => parseDocument(child.bytes, child.descriptor.mediaType, what).parts);
  const blobs = [...new Map(named.map((blob) => [blob.digest, blob])).values()];
  await lease.hold(index.descriptor.digest, ...[...listed, ...blobs].map((one) => one.digest));
  // Each goes as it is kept, and is known by its own digest.
  await pushLayers(
    parts,
    blobs.map((blob) => ({ diffId: blob.digest, blob })),
    context,
  );
  for (const child of children) await repository.putDocument(child.descriptor.digest, child, signal);
  await repository.putDocument(reference.tag ?? index.descriptor.digest, index, signal);
  return index.descriptor;
}

async function readHere({ blobs }: ImageParts, digest: Digest, what: string): Promise<ManifestDocument> {
  const bytes = await blobs.read(digest);
  const mediaType = documentType(bytes, undefined, `A manifest of ${what}`);
  return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
}
