/** OCI image specification, media-types.md; the Docker ones are from distribution's schema 2. */
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
export const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar';
export const OCI_LAYER_GZIP = 'application/vnd.oci.image.layer.v1.tar+gzip';
export const OCI_LAYER_ZSTD = 'application/vnd.oci.image.layer.v1.tar+zstd';
/** A statement about something (github.com/in-toto/attestation, `spec/v0.1`). */
export const IN_TOTO = 'application/vnd.in-toto+json';
export const DOCKER_INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
export const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';
export const DOCKER_LAYER = 'application/vnd.docker.image.rootfs.diff.tar';
export const DOCKER_LAYER_ZSTD = 'application/vnd.docker.image.rootfs.diff.tar.zstd';
export const DOCKER_LAYER_GZIP = 'application/vnd.docker.image.rootfs.diff.tar.gzip';

/** What a registry is asked for, best first: everything that parses here. */
export const manifestTypes: readonly string[] = [OCI_INDEX, DOCKER_INDEX, OCI_MANIFEST, DOCKER_MANIFEST];

const indexTypes = new Set([OCI_INDEX, DOCKER_INDEX]);
const configTypes = new Set([OCI_CONFIG, DOCKER_CONFIG]);

/** Plain, gzip and zstd tars. The non-distributable and foreign kinds differ only in who may push them. */
const LAYER =
  /^application\/vnd\.(?:oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+gzip|\+zstd)?|docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:\.gzip|\.zstd)?)$/;

export function isIndexType(mediaType: string): boolean {
  return indexTypes.has(mediaType);
}

export function isConfigType(mediaType: string): boolean {
  return configTypes.has(mediaType);
}

export function isLayerType(mediaType: string): boolean {
  return LAYER.test(mediaType);
}

const ociLayerTypes = { '': OCI_LAYER, gzip: OCI_LAYER_GZIP, zstd: OCI_LAYER_ZSTD };
const dockerLayerTypes = { '': DOCKER_LAYER, gzip: DOCKER_LAYER_GZIP, zstd: DOCKER_LAYER_ZSTD };

/** What OCI calls a layer of that compression. */
export function ociLayerType(mediaType: string): string {
  return ociLayerTypes[compressionIn(mediaType)];
}

/** What Docker calls a layer of that compression. */
export function dockerLayerType(mediaType: string): string {
  return dockerLayerTypes[compressionIn(mediaType)];
}

function compressionIn(mediaType: string): '' | 'gzip' | 'zstd' {
  if (mediaType.endsWith('gzip')) return 'gzip';
  return mediaType.endsWith('zstd') ? 'zstd' : '';
}
