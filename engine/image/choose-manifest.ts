import { EngineError } from '#engine/contract/errors.ts';
import type { Platform } from '#engine/contract/image.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { parseImageIndex } from '#engine/oci/image-index.ts';
import { parseManifest, type Manifest } from '#engine/oci/manifest.ts';
import { isIndexType } from '#engine/oci/media-types.ts';
import { choosePlatform, formatPlatform, normalisePlatform } from '#engine/oci/platform.ts';

/** What this machine runs. */
export const hostPlatform: Platform = normalisePlatform({ os: 'linux', architecture: process.arch });

export interface ManifestDocument {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

export interface ChosenManifest extends ManifestDocument {
  readonly manifest: Manifest;
}

/** An index may list indexes; deeper than this it leads nowhere on purpose. */
const MAX_DEPTH = 3;

/**
 * From an index down to the manifest for a platform; a manifest stays what it is.
 *
 * @param what the image, for sentences.
 * @throws EngineError `not-found` in Docker's words when no manifest is for the platform.
 */
export async function chooseManifest(
  document: ManifestDocument,
  { platform, what }: { readonly platform: Platform; readonly what: string },
  fetch: (descriptor: Descriptor) => Promise<ManifestDocument>,
): Promise<ChosenManifest> {
  let current = document;
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    const { descriptor, bytes } = current;
    if (!isIndexType(descriptor.mediaType)) {
      return { ...current, manifest: parseManifest(bytes, descriptor.mediaType, `The manifest of ${what}`) };
    }
    current = await fetch(chooseEntry(bytes, platform, what));
  }
  throw new EngineError('corrupt', `The index of ${what} leads to ever more indexes and no image; it can't be used.`);
}

function chooseEntry(bytes: Uint8Array, platform: Platform, what: string): Descriptor {
  const { manifests } = parseImageIndex(bytes, `The index of ${what}`);
  const chosen = choosePlatform(manifests, platform) ?? onlyWithoutPlatform(manifests);
  if (chosen !== undefined) return chosen;
  throw new EngineError(
    'not-found',
    `no matching manifest for ${formatPlatform(platform)} in the manifest list entries of ${what}: ${offered(manifests)}`,
  );
}

/** An index made for one image often says nothing of its platform; its config will. */
function onlyWithoutPlatform(manifests: readonly Descriptor[]): Descriptor | undefined {
  const [first, second] = manifests.filter(({ platform }) => platform === undefined);
  return second === undefined ? first : undefined;
}

/** What an index has images for. */
export function imagePlatforms(manifests: readonly Descriptor[]): Platform[] {
  return manifests.flatMap(({ platform }) =>
    // Attestations are listed beside the images they are about.
    platform === undefined || platform.os === 'unknown' ? [] : [platform],
  );
}

function offered(manifests: readonly Descriptor[]): string {
  const names = imagePlatforms(manifests).map((platform) => formatPlatform(normalisePlatform(platform)));
  if (names.length === 0) return 'it has images for no platform at all.';
  return `it has ${names.slice(0, 20).join(', ')}; choose one of them.`;
}

/** @throws EngineError `not-found` when an image isn't for the platform somebody asked for. */
export function checkPlatform(actual: Platform, wanted: Platform | undefined, what: string): void {
  if (wanted === undefined) return;
  if (isSamePlatform(actual, wanted)) return;
  throw new EngineError(
    'not-found',
    `image with reference ${what} was found but its platform (${formatPlatform(normalisePlatform(actual))}) does not match the specified platform (${formatPlatform(wanted)})`,
  );
}

export function isSamePlatform(actual: Platform, wanted: Platform): boolean {
  const { os, architecture, variant } = normalisePlatform(actual);
  const target = normalisePlatform(wanted);
  if (os !== target.os || architecture !== target.architecture) return false;
  // A config often leaves out the variant that its index names.
  return variant === undefined || target.variant === undefined || variant === target.variant;
}
