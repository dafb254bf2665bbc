import { EngineError } from '#engine/contract/errors.ts';

import type { Descriptor } from './descriptor.ts';
import { defined, JsonFields } from './json-fields.ts';
import { DOCKER_MANIFEST, isConfigType, isLayerType, manifestTypes, OCI_INDEX, OCI_MANIFEST } from './media-types.ts';
import { readDescriptor } from './read-descriptor.ts';

/** OCI image specification, manifest.md; Docker's schema 2 is the same with other media types. */
export interface Manifest {
  readonly mediaType: string;
  readonly config: Descriptor;
  /** Base first. */
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What a sane image stays far below; beyond it a manifest is an attack on memory. */
const MAX_LAYERS = 1000;

/**
 * Which kind of document a registry has answered with.
 *
 * @param contentType what the registry called it; a document that calls itself something else is refused, and so is one
 * that is both index and manifest (CVE-2021-41190).
 */
export function documentType(bytes: Uint8Array, contentType: string | undefined, what: string): string {
  const fields = JsonFields.parse(bytes, what);
  if (fields.has('schemaVersion') && fields.count('schemaVersion') === 1) {
    throw new EngineError(
      'unsupported',
      `${what} is in Docker's image format 1, which Docker itself stopped reading; it has to be pushed again by a newer Docker.`,
    );
  }
  const isIndex = fields.has('manifests');
  const isManifest = fields.has('layers') || fields.has('config');
  if (isIndex === isManifest) {
    throw new EngineError(
      'corrupt',
      `${what} is neither the manifest of an image nor an index of several; the name may not be an image's.`,
    );
  }
  const own = fields.optionalText('mediaType');
  return agreedType(own, contentType, what) ?? (isIndex ? OCI_INDEX : OCI_MANIFEST);
}

function agreedType(own: string | undefined, contentType: string | undefined, what: string): string | undefined {
  const told = contentType?.split(';')[0]?.trim();
  const known = told !== undefined && manifestTypes.includes(told) ? told : undefined;
  if (own === undefined || known === undefined || own === known) return own ?? known;
  throw new EngineError(
    'corrupt',
    `${what} calls itself ${own}, but the registry calls it ${known}; it can't be trusted.`,
  );
}

/** @throws EngineError `corrupt`, or `unsupported` when it is not an image's (a chart, a signature). */
export function parseManifest(bytes: Uint8Array, mediaType: string, what: string): Manifest {
  if (mediaType !== OCI_MANIFEST && mediaType !== DOCKER_MANIFEST) {
    throw new EngineError('unsupported', `${what} is of the type ${mediaType}, which Estrato can't read.`);
  }
  const fields = JsonFields.parse(bytes, what);
  const config = readDescriptor(fields.object('config'));
  if (!isConfigType(config.mediaType)) {
    throw new EngineError(
      'unsupported',
      `${what} is not a container image but an artifact of the type ${config.mediaType}; it can't be run.`,
    );
  }
  const layers = (fields.objects('layers') ?? []).map(readDescriptor);
  if (layers.length > MAX_LAYERS)
    throw new EngineError('corrupt', `${what} has ${layers.length} layers, more than any image can have.`);
  const odd = layers.find((layer) => !isLayerType(layer.mediaType));
  if (odd !== undefined) {
    throw new EngineError(
      'unsupported',
      `${what} has a layer of the type ${odd.mediaType}, which Estrato can't unpack.`,
    );
  }
  return { mediaType, config, layers, ...defined({ annotations: fields.textMap('annotations') }) };
}
