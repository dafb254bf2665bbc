import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';

import type { Descriptor } from './descriptor.ts';
import { JsonFields } from './json-fields.ts';
import { isConfigType, isIndexType, isLayerType } from './media-types.ts';
import { readDescriptor } from './read-descriptor.ts';

/** What any manifest or index says, whether it is an image's or not (OCI image specification, manifest.md and image-index.md). */
export interface AnyDocument {
  /** An image that can be run, as far as its media types say. */
  readonly isImage: boolean;
  /** What has to be there before it: blobs, or for an index manifests. */
  readonly parts: readonly Descriptor[];
  /** The manifest that it is about. */
  readonly subject?: Digest;
  /** What kind of thing it is, where it is none of the usual. */
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** More than any sane document names; beyond it one is an attack on memory. */
const MAX_PARTS = 1000;

/** @throws EngineError `corrupt`. */
export function parseDocument(bytes: Uint8Array, mediaType: string, what: string): AnyDocument {
  const fields = JsonFields.parse(bytes, what);
  const subject = fields.optionalObject('subject')?.digest('digest');
  const annotations = fields.textMap('annotations');
  const said = {
    ...(subject === undefined ? {} : { subject }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  const named = fields.optionalText('artifactType') ?? '';
  if (isIndexType(mediaType)) {
    const parts = readParts(fields, 'manifests', what);
    return { isImage: false, parts, ...said, ...(named === '' ? {} : { artifactType: named }) };
  }
  const config = readDescriptor(fields.object('config'));
  const layers = readParts(fields, 'layers', what);
  const isImage = isConfigType(config.mediaType) && layers.every((layer) => isLayerType(layer.mediaType));
  const artifactType = named === '' ? config.mediaType : named;
  return { isImage, parts: [config, ...layers], ...said, ...(isImage ? {} : { artifactType }) };
}

function readParts(fields: JsonFields, name: string, what: string): readonly Descriptor[] {
  const parts = fields.objects(name) ?? [];
  if (parts.length <= MAX_PARTS) return parts.map(readDescriptor);
  throw new EngineError('corrupt', `${what} names ${parts.length} ${name}, more than there can be.`);
}
