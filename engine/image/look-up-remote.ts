import type { Digest } from '#engine/contract/digest.ts';
import type { Platform } from '#engine/contract/image.ts';
import { familiarName, type Reference } from '#engine/contract/reference.ts';
import type { ImageConfig } from '#engine/oci/image-config.ts';
import type { Document, RegistryAccess, RemoteRepository } from '#engine/registry/registry-client.ts';

import { chooseManifest, hostPlatform } from './choose-manifest.ts';
import type { ImageParts } from './image-parts.ts';
import { pairLayers } from './pull-image.ts';
import { readRemoteConfig } from './remote-config.ts';

export interface LookUpOptions extends RegistryAccess {
  readonly platform?: Platform;
}

/** What a name leads to at its registry, its documents read. */
export interface RemoteStack {
  readonly repository: RemoteRepository;
  /** An index, or a manifest. */
  readonly top: Document;
  /** The config's digest. */
  readonly id: Digest;
  readonly config: ImageConfig;
  /** Base first. */
  readonly layers: ReturnType<typeof pairLayers>;
}

/** Nothing is stored. @throws EngineError as a pull does. */
export async function lookUpRemote(
  { registry }: Pick<ImageParts, 'registry'>,
  reference: Reference,
  { platform = hostPlatform, ...access }: LookUpOptions,
): Promise<RemoteStack> {
  const repository = registry.repository(reference, access);
  const what = familiarName(reference);
  const top = await repository.document(reference.digest ?? reference.tag ?? 'latest');
  const { manifest } = await chooseManifest(top, { platform, what }, ({ digest }) => repository.document(digest));
  const config = await readRemoteConfig(repository, manifest.config, what);
  const layers = pairLayers(config.diffIds, manifest.layers, what);
  return { repository, top, id: manifest.config.digest, config, layers };
}
