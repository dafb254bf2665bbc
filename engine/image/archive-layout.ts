import { digestHex, type Digest } from '#engine/contract/digest.ts';
import { canonicalName, familiarName, familiarRepository, type Reference } from '#engine/contract/reference.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { OCI_INDEX } from '#engine/oci/media-types.ts';

import { once } from './once.ts';
import { inDialect, type WholeImage } from './whole-image.ts';

/**
 * `docker-archive` is what Docker writes since 25: an OCI layout that has Docker's own lists as well, with each manifest
 * as it came. `oci` is the layout alone, with OCI's media types throughout.
 */
export type ArchiveFormat = 'docker-archive' | 'oci';

/** A file of an archive; a directory has no bytes, and a name that ends in a slash. */
export interface ArchiveFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly open: () => AsyncIterable<Uint8Array>;
}

export interface SavedImage {
  readonly image: WholeImage;
  readonly references: readonly Reference[];
}

/** The files of an archive, sorted by name: the same images make the same archive. */
export function archiveLayout(
  saved: readonly SavedImage[],
  format: ArchiveFormat,
  read: (digest: Digest) => AsyncIterable<Uint8Array>,
): readonly ArchiveFile[] {
  const images = format === 'oci' ? saved.map(inOci) : saved;
  const files = [
    directory('blobs/'),
    directory('blobs/sha256/'),
    ...blobFiles(images, read),
    document('oci-layout', { imageLayoutVersion: '1.0.0' }),
    document('index.json', { schemaVersion: 2, mediaType: OCI_INDEX, manifests: images.flatMap(indexEntries) }),
  ];
  if (format === 'docker-archive') {
    files.push(document('manifest.json', images.map(dockerEntry)), document('repositories', repositories(images)));
  }
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function inOci({ image, references }: SavedImage): SavedImage {
  return { image: inDialect(image, 'oci'), references };
}

/** Each once, however many images have it. */
function blobFiles(
  images: readonly SavedImage[],
  read: (digest: Digest) => AsyncIterable<Uint8Array>,
): readonly ArchiveFile[] {
  const files = new Map<Digest, ArchiveFile>();
  const put = ({ digest, size }: Descriptor, open: () => AsyncIterable<Uint8Array>): void =>
    void files.set(digest, { name: blobName(digest), size, open });
  for (const { image } of images) {
    const { manifest, config, layers } = image;
    put(manifest.descriptor, () => once(manifest.bytes));
    put(config, () => read(config.digest));
    for (const { blob, open } of layers) put(blob, open);
  }
  return [...files.values()];
}

/** As containerd and Docker name images in an index; podman reads the same. */
function indexEntries({ image, references }: SavedImage): readonly object[] {
  const { mediaType, digest, size } = image.manifest.descriptor;
  const descriptor = { mediaType, digest, size };
  if (references.length === 0) return [descriptor];
  return references.map((reference) => ({
    ...descriptor,
    annotations: {
      'io.containerd.image.name': canonicalName(reference),
      'org.opencontainers.image.ref.name': reference.tag ?? 'latest',
    },
  }));
}

function dockerEntry({ image, references }: SavedImage): object {
  return {
    Config: blobName(image.id),
    RepoTags: references.length === 0 ? null : references.map(familiarName),
    Layers: image.layers.map(({ blob }) => blobName(blob.digest)),
    LayerSources: Object.fromEntries(
      image.layers.map(({ diffId, blob: { mediaType, digest, size } }) => [diffId, { mediaType, size, digest }]),
    ),
  };
}

/** From before there were manifests: each tag's topmost layer. */
function repositories(images: readonly SavedImage[]): object {
  const found: Record<string, Record<string, string>> = {};
  for (const { image, references } of images) {
    const top = image.layers.at(-1)?.blob.digest;
    for (const reference of top === undefined ? [] : references) {
      const tags = (found[familiarRepository(reference)] ??= {});
      if (top !== undefined) tags[reference.tag ?? 'latest'] = digestHex(top);
    }
  }
  return found;
}

function blobName(digest: Digest): string {
  return `blobs/sha256/${digestHex(digest)}`;
}

function directory(name: string): ArchiveFile {
  return { name, size: 0, open: () => once(new Uint8Array()) };
}

function document(name: string, value: unknown): ArchiveFile {
  const bytes = Buffer.from(JSON.stringify(value));
  return { name, size: bytes.length, open: () => once(bytes) };
}
