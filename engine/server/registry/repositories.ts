import { isDigest, type Digest } from '#engine/contract/digest.ts';
import { familiarRepository, parseReference, type Reference } from '#engine/contract/reference.ts';
import { allTags } from '#engine/image/archive-names.ts';
import type { ManifestDocument } from '#engine/image/choose-manifest.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { findImage } from '#engine/image/image-records.ts';
import { inDialect, wholeImage, type WholeImage } from '#engine/image/whole-image.ts';
import { DOCKER_MANIFEST, OCI_MANIFEST } from '#engine/oci/media-types.ts';

import { RegistryFailure } from './failures.ts';

/**
 * This store's tags as repositories. A repository is called as people call it here, `redis` or `registry.example/team/app`;
 * of a registry with a port the colon, which no path may have, becomes an underscore.
 */
export class Repositories {
  readonly #parts: ImageParts;

  constructor(parts: ImageParts) {
    this.#parts = parts;
  }

  /** Sorted. */
  names(): readonly string[] {
    const paths = allTags(this.#parts.database).map(({ reference }) => pathOf(reference));
    return [...new Set(paths)].toSorted();
  }

  /** Sorted. @throws RegistryFailure when there is no such repository. */
  tags(name: string): readonly string[] {
    return [...this.#imagesByTag(name).keys()].toSorted();
  }

  /**
   * The manifest of a tag in a dialect that the client reads, or exactly the one of a digest.
   *
   * @param accepted media types; none means all.
   * @throws RegistryFailure when there is none.
   */
  async manifest(name: string, reference: string, accepted: readonly string[]): Promise<ManifestDocument> {
    const images = this.#imagesByTag(name);
    const found = isDigest(reference)
      ? await this.#withDigest([...new Set(images.values())], reference)
      : inAccepted(await this.#whole(images.get(reference)), accepted);
    if (found !== undefined) return found.manifest;
    throw new RegistryFailure(404, 'MANIFEST_UNKNOWN', `There is no ${reference} of ${name} here.`);
  }

  /** What a tag that is pushed to a repository is called in this store. */
  referenceOf(name: string, tag: string): Reference {
    const known = allTags(this.#parts.database).find(({ reference }) => isCalled(reference, name))?.reference;
    return known === undefined
      ? parseReference(`${name}:${tag}`)
      : parseReference(`${familiarRepository(known)}:${tag}`);
  }

  #imagesByTag(name: string): ReadonlyMap<string, Digest> {
    const own = allTags(this.#parts.database).filter(({ reference }) => isCalled(reference, name));
    if (own.length === 0) throw new RegistryFailure(404, 'NAME_UNKNOWN', `There is no image called ${name} here.`);
    return new Map(own.map(({ id, reference }) => [reference.tag ?? 'latest', id]));
  }

  async #whole(id: Digest | undefined): Promise<WholeImage | undefined> {
    return id === undefined ? undefined : wholeImage(this.#parts, id);
  }

  /** Those that came with it are asked first: the others' manifests have to be made to be known. */
  async #withDigest(ids: readonly Digest[], digest: Digest): Promise<WholeImage | undefined> {
    const came = (id: Digest): boolean => findImage(this.#parts.database, id)?.manifestDigest === digest;
    for (const id of ids.toSorted((a, b) => Number(came(b)) - Number(came(a)))) {
      const image = await wholeImage(this.#parts, id);
      const dialects = [image, inDialect(image, 'oci'), inDialect(image, 'docker')];
      const found = dialects.find(({ manifest }) => manifest.descriptor.digest === digest);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function inAccepted(image: WholeImage | undefined, accepted: readonly string[]): WholeImage | undefined {
  if (image === undefined || accepts(accepted, image.manifest.descriptor.mediaType)) return image;
  if (accepts(accepted, OCI_MANIFEST)) return inDialect(image, 'oci');
  return accepts(accepted, DOCKER_MANIFEST) ? inDialect(image, 'docker') : undefined;
}

function accepts(accepted: readonly string[], mediaType: string): boolean {
  return accepted.length === 0 || accepted.includes(mediaType) || accepted.includes('*/*');
}

function pathOf(reference: Reference): string {
  return familiarRepository(reference).toLowerCase().replaceAll(':', '_').replaceAll(/[[\]]/g, '');
}

/** `library/redis` is what some clients say for `redis`. */
function isCalled(reference: Reference, name: string): boolean {
  const path = pathOf(reference);
  return path === name || (name === `library/${path}` && !path.includes('/'));
}
