import { createHash } from 'node:crypto';

import { parseDigest } from '#engine/contract/digest.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';

import type { ManifestDocument } from './choose-manifest.ts';

/** Members in the order in which Go's programs write them: the same document for the same image, whoever makes it. */
export function makeManifest(mediaType: string, config: Descriptor, layers: readonly Descriptor[]): ManifestDocument {
  const bare = ({ mediaType: type, digest, size }: Descriptor): object => ({ mediaType: type, digest, size });
  return documentOf(mediaType, { schemaVersion: 2, mediaType, config: bare(config), layers: layers.map(bare) });
}

/** A document as it is sent, and what it is called. */
export function documentOf(mediaType: string, value: object): ManifestDocument {
  const bytes = Buffer.from(JSON.stringify(value));
  const digest = parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
}
