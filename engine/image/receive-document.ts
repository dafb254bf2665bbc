import { choosePlatform } from '#engine/oci/platform.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { familiarName, type Reference } from '#engine/contract/reference.ts';
import { parseDocument, type AnyDocument } from '#engine/oci/document.ts';
import { documentType } from '#engine/oci/manifest.ts';
import { isIndexType } from '#engine/oci/media-types.ts';

import { hostPlatform, type ManifestDocument } from './choose-manifest.ts';
import type { ImageParts } from './image-parts.ts';
import { forgetDocumentTag, isKept, keepDocument } from './kept-documents.ts';
import { leasesOf } from './leases.ts';
import { once } from './once.ts';
import { checkPresent, receiveImage } from './receive-image.ts';
import { letGo } from './release-lease.ts';
import { ingest } from './store-layers.ts';

export interface ReceivedDocument {
  readonly document: ManifestDocument;
  /** Without a tag it is kept under its digest only. */
  readonly reference: Reference;
}

/**
 * Takes in a manifest or an index that somebody has sent after what it names.
 *
 * An image with a tag is an image of this store. Of an index with a tag the image for this machine is, if there is one. Everything else is
 * kept as it came, with what it names: under its digest, and its tag if it has one.
 *
 * @returns what the document said.
 * @throws EngineError `not-found` when something that it names isn't here, `corrupt`.
 */
export async function receiveDocument(
  parts: ImageParts,
  { document, reference }: ReceivedDocument,
  signal: AbortSignal,
): Promise<AnyDocument> {
  const what = familiarName(reference);
  const { descriptor, bytes } = document;
  const said = parseDocument(bytes, descriptor.mediaType, `The manifest of ${what}`);
  if (said.isImage && reference.tag !== undefined) {
    await receiveImage(parts, { manifest: document, reference, name: what }, signal);
    forgetDocumentTag(parts.database, reference);
    return said;
  }
  const lease = leasesOf(parts).open();
  try {
    await lease.hold(descriptor.digest, ...said.parts.map(({ digest }) => digest));
    const isIndex = isIndexType(descriptor.mediaType);
    for (const { digest } of said.parts)
      await (isIndex ? checkListed(parts, reference, digest) : checkPresent(parts, digest));
    if (isIndex && reference.tag !== undefined) await receiveOwn(parts, { said, reference, signal });
    await ingest(parts, { blob: descriptor, sender: 'The client', subject: what }, once(bytes), signal);
    signal.throwIfAborted();
    const named = said.parts.map(({ digest }) => digest);
    keepDocument(parts.database, { reference, digest: descriptor.digest, subject: said.subject, parts: named });
    return said;
  } finally {
    await letGo(parts, lease);
  }
}

/** What an index has for this machine has its tag here, so that it can be run. */
async function receiveOwn(
  parts: ImageParts,
  {
    said,
    reference,
    signal,
  }: { readonly said: AnyDocument; readonly reference: Reference; readonly signal: AbortSignal },
): Promise<void> {
  const own = choosePlatform(said.parts, hostPlatform);
  if (own === undefined) return;
  const bytes = await parts.blobs.read(own.digest);
  const mediaType = documentType(bytes, own.mediaType, familiarName(reference));
  if (!parseDocument(bytes, mediaType, familiarName(reference)).isImage) return;
  const manifest = { descriptor: { mediaType, digest: own.digest, size: bytes.length }, bytes };
  await receiveImage(parts, { manifest, reference, name: familiarName(reference) }, signal);
}

async function checkListed({ database, blobs }: ImageParts, reference: Reference, digest: Digest): Promise<void> {
  const isImages = database.prepare('SELECT 1 FROM images WHERE manifest_digest = ?').get(digest) !== undefined;
  if ((isImages || isKept(database, reference, digest)) && (await blobs.stat(digest)) !== undefined) return;
  throw new EngineError('not-found', `The manifest ${digest} has to be sent before the index that lists it.`);
}
