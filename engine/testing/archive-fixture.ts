import { OCI_INDEX } from '#engine/oci/media-types.ts';

import { blobsOf, type BlobFixture, type ImageFixture } from './image-fixture.ts';
import { digestOf, tarOf, type TarItem } from './tar-fixture.ts';

/** An image of an archive, with the names it has there. */
export interface NamedImage {
  readonly image: ImageFixture;
  /** `redis:4`. */
  readonly names: readonly string[];
}

/** The files of what `docker save` wrote before version 25: uncompressed layers in a directory each. */
export function dockerArchiveFiles(...images: readonly NamedImage[]): TarItem[] {
  const files = new Map<string, TarItem>();
  const put = (item: TarItem): void => void files.set(item.name, item);
  for (const { image } of images) {
    put({ name: configName(image), body: image.config.bytes });
    for (const { tar } of image.layers) {
      const id = digestOf(`layer ${digestOf(tar)}`).slice('sha256:'.length);
      put({ name: `${id}/`, type: 'directory' });
      put({ name: `${id}/VERSION`, body: '1.0' });
      put({ name: `${id}/json`, body: JSON.stringify({ id }) });
      put({ name: `${id}/layer.tar`, body: tar });
    }
  }
  const manifest = images.map(({ image, names }) => ({
    Config: configName(image),
    RepoTags: names.length === 0 ? null : names,
    Layers: image.layers.map(({ tar }) => `${digestOf(`layer ${digestOf(tar)}`).slice('sha256:'.length)}/layer.tar`),
  }));
  put({ name: 'manifest.json', body: JSON.stringify(manifest) });
  put({ name: 'repositories', body: '{}' });
  return [...files.values()];
}

export async function dockerArchive(...images: readonly NamedImage[]): Promise<Buffer> {
  return tarOf(...dockerArchiveFiles(...images));
}

/** The files of an OCI image layout (OCI image specification, image-layout.md). */
export function ociArchiveFiles(...images: readonly NamedImage[]): TarItem[] {
  const blobs = new Map<string, BlobFixture>();
  for (const { image } of images) {
    for (const blob of [image.manifest, ...blobsOf(image)]) blobs.set(blob.descriptor.digest, blob);
  }
  const manifests = images.flatMap(({ image, names }) => {
    const { descriptor } = image.manifest;
    if (names.length === 0) return [descriptor];
    return names.map((name) => ({ ...descriptor, annotations: { 'org.opencontainers.image.ref.name': name } }));
  });
  return [
    { name: 'oci-layout', body: '{"imageLayoutVersion":"1.0.0"}' },
    { name: 'index.json', body: JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }) },
    { name: 'blobs/', type: 'directory' },
    { name: 'blobs/sha256/', type: 'directory' },
    ...[...blobs.values()].map(({ descriptor, bytes }) => ({
      name: `blobs/sha256/${descriptor.digest.slice('sha256:'.length)}`,
      body: bytes,
    })),
  ];
}

export async function ociArchive(...images: readonly NamedImage[]): Promise<Buffer> {
  return tarOf(...ociArchiveFiles(...images));
}

function configName({ config }: ImageFixture): string {
  return `${config.descriptor.digest.slice('sha256:'.length)}.json`;
}
