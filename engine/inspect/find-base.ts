import { type Digest, shortDigest } from '#engine/contract/digest.ts';
import type { ImageBase } from '#engine/contract/timeline.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { listImages, rawImage } from '#engine/image/list-images.ts';
import { resolveImage } from '#engine/image/resolve-image.ts';
import { JsonFields } from '#engine/oci/json-fields.ts';

/** What `longestBase` needs of an image. */
export interface Stack {
  readonly Id: Digest;
  readonly RepoTags: readonly string[];
  readonly lastTag?: string | undefined;
  /** Base first. */
  readonly diffIds: readonly Digest[];
}

/** How an image says what it was built on (OCI image specification, annotations.md); builders write it as a label too. */
const BASE_NAME = 'org.opencontainers.image.base.name';

/** What an image was built on, as far as its layers or its own words tell; undefined when neither does. */
export async function findBase(parts: ImageParts, name: string): Promise<ImageBase | undefined> {
  const { id, diffIds, config } = await resolveImage(parts, name);
  const found = longestBase(diffIds, listImages(parts));
  const claimed = config.config.labels[BASE_NAME] ?? (await annotatedBase(parts, id));
  if (found === undefined) return claimed === undefined ? undefined : { name: claimed };
  const named = found.RepoTags[0] ?? claimed ?? found.lastTag ?? shortDigest(found.Id);
  return { layers: found.diffIds.length, id: found.Id, name: named };
}

/** The image whose layers are the lowest of these, and of several the highest; one with a name before one without. */
export function longestBase<S extends Stack>(diffIds: readonly Digest[], images: readonly S[]): S | undefined {
  const bases = images.filter((image) => isBelow(image.diffIds, diffIds));
  const height = Math.max(...bases.map((image) => image.diffIds.length));
  const highest = bases.filter((image) => image.diffIds.length === height);
  return highest.find(({ RepoTags }) => RepoTags.length > 0) ?? highest[0];
}

/** An image that has all of the layers is another name for the same files, not what they were built on. */
export function isBelow(base: readonly Digest[], diffIds: readonly Digest[]): boolean {
  if (base.length === 0 || base.length >= diffIds.length) return false;
  return base.every((diffId, layer) => diffId === diffIds[layer]);
}

async function annotatedBase(parts: ImageParts, id: Digest): Promise<string | undefined> {
  const { manifest } = await rawImage(parts, id);
  if (manifest === undefined) return undefined;
  const fields = JsonFields.parse(Buffer.from(manifest), `The manifest of ${id}`);
  return fields.textMap('annotations')?.[BASE_NAME];
}
