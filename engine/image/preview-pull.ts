import type { Digest } from '#engine/contract/digest.ts';
import { familiarName, type Reference } from '#engine/contract/reference.ts';
import type { PullPreview } from '#engine/contract/transfer-preview.ts';
import { parseImageIndex } from '#engine/oci/image-index.ts';
import { isIndexType } from '#engine/oci/media-types.ts';
import { formatPlatform } from '#engine/oci/platform.ts';
import type { Document } from '#engine/registry/registry-client.ts';

import { imagePlatforms } from './choose-manifest.ts';
import type { ImageParts } from './image-parts.ts';
import { lookUpRemote, type LookUpOptions } from './look-up-remote.ts';
import { usableLayer } from './usable-layer.ts';

/** What a pull would fetch, and what it would find here; nothing is stored. @throws EngineError as a pull does. */
export async function previewPull(
  parts: ImageParts,
  reference: Reference,
  options: LookUpOptions,
): Promise<PullPreview> {
  const what = familiarName(reference);
  const { top, config, layers: paired } = await lookUpRemote(parts, reference, options);
  const seen = new Set<Digest>();
  const stack: PullPreview['layers'] = [];
  for (const { diffId, blob } of paired) {
    // The same layer a second time is fetched once.
    const isHere = seen.has(diffId) || (await usableLayer(parts.layers, diffId)) !== undefined;
    seen.add(diffId);
    stack.push({ digest: blob.digest, diffId, size: blob.size, isHere });
  }
  return {
    reference: what,
    registry: reference.registry,
    digest: top.descriptor.digest,
    platform: formatPlatform(config),
    platforms: platformsOf(top, what),
    layers: stack,
    bytes: stack.reduce((sum, { size, isHere }) => sum + (isHere ? 0 : size), 0),
  };
}

function platformsOf({ descriptor, bytes }: Document, what: string): string[] {
  if (!isIndexType(descriptor.mediaType)) return [];
  return imagePlatforms(parseImageIndex(bytes, `The index of ${what}`).manifests).map(formatPlatform);
}
