import { isDigest, type Digest } from '#engine/contract/digest.ts';
import { familiarName, familiarRepository, parseReference, type Reference } from '#engine/contract/reference.ts';
import { allTags } from '#engine/image/archive-names.ts';
import type { ManifestDocument } from '#engine/image/choose-manifest.ts';
import { collectAmong } from '#engine/image/collect-garbage.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { findImage } from '#engine/image/image-records.ts';
import {
  documentsAbout,
  documentTagged,
  documentTags,
  forgetDocument,
  forgetDocumentTag,
  hasDocuments,
  isKept,
} from '#engine/image/kept-documents.ts';
import { removeImage } from '#engine/image/remove-image.ts';
import { inDialect, wholeImage, type WholeImage } from '#engine/image/whole-image.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { parseDocument } from '#engine/oci/document.ts';
import { defined } from '#engine/oci/json-fields.ts';
import { documentType } from '#engine/oci/manifest.ts';
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
    const paths = [...allTags(this.#parts.database).map(({ reference }) => reference), ...this.#documentTags()].map(
      pathOf,
    );
    return [...new Set(paths)].toSorted();
  }

  /** Sorted. @throws RegistryFailure when there is no such repository. */
  tags(name: string): readonly string[] {
    const documents = this.#documentTags().filter((reference) => isCalled(reference, name));
    const tags = [...this.#imagesByTag(name).keys(), ...documents.map(({ tag = '' }) => tag)];
    const isThere = tags.length > 0 || hasDocuments(this.#parts.database, this.#own(name));
    if (!isThere) throw new RegistryFailure(404, 'NAME_UNKNOWN', `There is no image called ${name} here.`);
    return [...new Set(tags)].toSorted();
  }

  /**
   * The manifest of a tag in a dialect that the client reads, or exactly the one of a digest.
   *
   * @param accepted media types; none means all.
   * @throws RegistryFailure when there is none.
   */
  async manifest(name: string, reference: string, accepted: readonly string[]): Promise<ManifestDocument> {
    this.tags(name);
    const kept = await this.#keptFor(name, reference, accepted);
    if (kept !== undefined) return kept;
    const images = this.#imagesByTag(name);
    const found = isDigest(reference)
      ? await this.#withDigest([...new Set(images.values())], reference)
      : inAccepted(await this.#whole(images.get(reference)), accepted);
    if (found !== undefined) return found.manifest;
    throw unknown(name, reference);
  }

  /** What is about a manifest. @throws RegistryFailure when there is no such repository. */
  async referrers(name: string, subject: Digest): Promise<readonly Descriptor[]> {
    this.tags(name);
    const found = documentsAbout(this.#parts.database, this.referenceOf(name, subject), subject);
    return Promise.all(found.map(async (digest) => describe(await this.#document(digest))));
  }

  /**
   * Takes a tag away, or a manifest with all its tags. An image without any is in the trash.
   * @throws RegistryFailure when there is none; EngineError `conflict` for an image in use.
   */
  async remove(name: string, reference: string): Promise<void> {
    const { database } = this.#parts;
    const called = this.referenceOf(name, reference);
    const tags = isDigest(reference) ? await this.#tagsOf(name, reference) : this.#tagIn(name, reference);
    const wasDocument = isDigest(reference) ? isKept(database, called, reference) : forgetDocumentTag(database, called);
    if (tags.length === 0 && !wasDocument) throw unknown(name, reference);
    for (const tag of tags) await removeImage(this.#parts, familiarName(this.referenceOf(name, tag)), { force: false });
    if (!isDigest(reference) || !wasDocument) return;
    await collectAmong(this.#parts, forgetDocument(database, called, reference));
  }

  /** What a tag, or a manifest, of a repository is called in this store. */
  referenceOf(name: string, reference: string): Reference {
    const repository = familiarRepository(this.#own(name));
    return parseReference(isDigest(reference) ? `${repository}@${reference}` : `${repository}:${reference}`);
  }

  #own(name: string): Reference {
    const images = allTags(this.#parts.database).map(({ reference }) => reference);
    const known = [...images, ...this.#documentTags()].find((reference) => isCalled(reference, name));
    return known ?? parseReference(`${name}:latest`);
  }

  #documentTags(): readonly Reference[] {
    return documentTags(this.#parts.database).map(parseReference);
  }

  async #document(digest: Digest): Promise<ManifestDocument> {
    const bytes = await this.#parts.blobs.read(digest);
    const mediaType = documentType(bytes, undefined, `The manifest ${digest}`);
    return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
  }

  #tagIn(name: string, tag: string): readonly string[] {
    return this.#imagesByTag(name).has(tag) ? [tag] : [];
  }

  async #tagsOf(name: string, digest: Digest): Promise<readonly string[]> {
    const images = this.#imagesByTag(name);
    const found = await this.#withDigest([...new Set(images.values())], digest);
    return [...images].flatMap(([tag, id]) => (id === found?.id ? [tag] : []));
  }

  /** What a client that reads it is given for a reference instead of an image. */
  async #keptFor(name: string, reference: string, accepted: readonly string[]): Promise<ManifestDocument | undefined> {
    const called = this.referenceOf(name, reference);
    const { database } = this.#parts;
    if (isDigest(reference)) return isKept(database, called, reference) ? this.#document(reference) : undefined;
    const digest = documentTagged(database, called);
    const document = digest === undefined ? undefined : await this.#document(digest);
    return document !== undefined && accepts(accepted, document.descriptor.mediaType) ? document : undefined;
  }

  #imagesByTag(name: string): ReadonlyMap<string, Digest> {
    const own = allTags(this.#parts.database).filter(({ reference }) => isCalled(reference, name));
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

function describe({ descriptor, bytes }: ManifestDocument): Descriptor {
  const { artifactType, annotations } = parseDocument(bytes, descriptor.mediaType, `The manifest ${descriptor.digest}`);
  return { ...descriptor, ...defined({ artifactType, annotations }) };
}

function unknown(name: string, reference: string): RegistryFailure {
  return new RegistryFailure(404, 'MANIFEST_UNKNOWN', `There is no ${reference} of ${name} here.`);
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
