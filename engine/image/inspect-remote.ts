import type { Platform } from '#engine/contract/image.ts';
import { familiarName, type Reference } from '#engine/contract/reference.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { parseImageConfig } from '#engine/oci/image-config.ts';
import { parseImageIndex } from '#engine/oci/image-index.ts';
import { defined } from '#engine/oci/json-fields.ts';
import { parseManifest } from '#engine/oci/manifest.ts';
import { isIndexType } from '#engine/oci/media-types.ts';
import type { RegistryAccess, RemoteRepository } from '#engine/registry/registry-client.ts';

import type { ImageParts } from './image-parts.ts';

export interface RemoteImage {
  /** Of what the name leads to: an index, or a manifest. */
  readonly descriptor: Descriptor;
  readonly platforms: readonly Platform[];
}

/** A config is a document. */
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

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
    const { manifests } = parseImageIndex(bytes, `The index of ${what}`);
    // Attestations are listed beside the images they are about.
    const platforms = manifests.flatMap(({ platform }) =>
      platform === undefined || platform.os === 'unknown' ? [] : [platform],
    );
    return { descriptor, platforms };
  }
  const { config } = parseManifest(bytes, descriptor.mediaType, `The manifest of ${what}`);
  return { descriptor, platforms: [await platformOf(repository, config, what)] };
}

async function platformOf(repository: RemoteRepository, config: Descriptor, what: string): Promise<Platform> {
  const chunks: Uint8Array[] = [];
  const size = Math.min(config.size, MAX_CONFIG_BYTES);
  for await (const chunk of repository.blob({ ...config, size })) chunks.push(chunk);
  const { os, architecture, variant } = parseImageConfig(Buffer.concat(chunks), `The config of ${what}`);
  return { os, architecture, ...defined({ variant }) };
}
