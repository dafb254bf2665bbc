import type { Platform } from '#engine/contract/image.ts';
import { familiarName, type Reference } from '#engine/contract/reference.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { parseImageIndex } from '#engine/oci/image-index.ts';
import { defined } from '#engine/oci/json-fields.ts';
import { parseManifest } from '#engine/oci/manifest.ts';
import { isIndexType } from '#engine/oci/media-types.ts';
import type { RegistryAccess } from '#engine/registry/registry-client.ts';

import { imagePlatforms } from './choose-manifest.ts';
import type { ImageParts } from './image-parts.ts';
import { readRemoteConfig } from './remote-config.ts';

export interface RemoteImage {
  /** Of what the name leads to: an index, or a manifest. */
  readonly descriptor: Descriptor;
  readonly platforms: readonly Platform[];
}

/** What a name leads to at its registry; nothing is stored. @throws EngineError as a pull does. */
export async function inspectRemote(
  { registry }: Pick<ImageParts, 'registry'>,
  reference: Reference,
  access: RegistryAccess,
): Promise<RemoteImage> {
  const repository = registry.repository(reference, access);
  const { descriptor, bytes } = await repository.document(reference.digest ?? reference.tag ?? 'latest');
  const what = familiarName(reference);
  if (isIndexType(descriptor.mediaType)) {
    return { descriptor, platforms: imagePlatforms(parseImageIndex(bytes, `The index of ${what}`).manifests) };
  }
  const { config } = parseManifest(bytes, descriptor.mediaType, `The manifest of ${what}`);
  const { os, architecture, variant } = await readRemoteConfig(repository, config, what);
  return { descriptor, platforms: [{ os, architecture, ...defined({ variant }) }] };
}
