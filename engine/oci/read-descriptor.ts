import type { Platform } from '#engine/contract/image.ts';

import type { Descriptor } from './descriptor.ts';
import { defined, type JsonFields } from './json-fields.ts';

/** @throws EngineError `corrupt` when it isn't one. */
export function readDescriptor(fields: JsonFields): Descriptor {
  const platform = fields.optionalObject('platform');
  return {
    mediaType: fields.text('mediaType'),
    digest: fields.digest('digest'),
    size: fields.count('size'),
    ...defined({
      artifactType: fields.optionalText('artifactType') || undefined,
      platform: platform && readPlatform(platform),
      annotations: fields.textMap('annotations'),
    }),
  };
}

function readPlatform(fields: JsonFields): Platform {
  return {
    os: fields.text('os'),
    architecture: fields.text('architecture'),
    ...defined({ variant: fields.optionalText('variant') || undefined }),
  };
}
