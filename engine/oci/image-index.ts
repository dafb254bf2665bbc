import { EngineError } from '#engine/contract/errors.ts';

import type { Descriptor } from './descriptor.ts';
import { defined, JsonFields } from './json-fields.ts';
import { readDescriptor } from './read-descriptor.ts';

/** OCI image specification, image-index.md; Docker's manifest list is the same with other media types. */
export interface ImageIndex {
  readonly manifests: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

const MAX_MANIFESTS = 1000;

/** @throws EngineError `corrupt`. */
export function parseImageIndex(bytes: Uint8Array, what: string): ImageIndex {
  const fields = JsonFields.parse(bytes, what);
  const manifests = (fields.objects('manifests') ?? []).map(readDescriptor);
  if (manifests.length > MAX_MANIFESTS) {
    throw new EngineError('corrupt', `${what} lists ${manifests.length} manifests, more than any image can have.`);
  }
  return { manifests, ...defined({ annotations: fields.textMap('annotations') }) };
}
