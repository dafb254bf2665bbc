import type { LayerCompression } from '#engine/archive/compress.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { familiarName, type Reference } from '#engine/contract/reference.ts';
import type { PushPreview } from '#engine/contract/transfer-preview.ts';
import type { RegistryAccess, RemoteRepository } from '#engine/registry/registry-client.ts';

import type { ImageParts } from './image-parts.ts';
import { mountSources, ownSources } from './mount-sources.ts';
import { isKnownHere } from './push-image.ts';
import { knownAs } from './push-layers.ts';
import { planPush, pushedImage, type OutgoingLayer, type PushPlan } from './push-plan.ts';

export interface PushPreviewOptions extends Pick<RegistryAccess, 'credentials' | 'insecure'> {
  /** As `PushOptions` has it. */
  readonly image?: string;
  readonly compression?: LayerCompression;
}

/** What a push would send, and what it would find there; nothing is sent or changed. @throws EngineError as a push does. */
export async function previewPush(
  parts: ImageParts,
  reference: Reference,
  { image, compression = 'gzip', ...access }: PushPreviewOptions = {},
): Promise<PushPreview> {
  const id = pushedImage(parts, reference, image);
  const repository = parts.registry.repository(reference, { ...access, actions: 'pull,push' });
  const isHandedOver = ownSources(parts.database, reference, id).length > 0;
  const isThere = async (digest: Digest): Promise<boolean> => isHandedOver || repository.has('blobs', digest);
  const plan = await planPush(parts, id, { compression, isThere });
  const layers = await Promise.all(plan.layers.map((layer) => outlook(parts, { repository, reference }, layer)));
  const missing = new Map(layers.flatMap(({ diffId, size, state }) => (state === 'there' ? [] : [[diffId, size]])));
  const overwrites = await lookAtTag(parts, { repository, reference, plan });
  return {
    reference: familiarName(reference),
    registry: reference.registry,
    image: id,
    ...(plan.manifest === undefined ? {} : { digest: plan.manifest.descriptor.digest }),
    layers,
    // The same layer a second time is sent once.
    bytes: [...missing.values()].reduce((sum, size) => sum + size, 0),
    ...(overwrites === undefined ? {} : { overwrites }),
  };
}

interface Target {
  readonly repository: RemoteRepository;
  readonly reference: Reference;
}

async function outlook(
  parts: ImageParts,
  { repository, reference }: Target,
  layer: OutgoingLayer,
): Promise<PushPreview['layers'][number]> {
  const { diffId } = layer;
  const known = knownAs(parts, layer);
  if (known === undefined) return { diffId, size: layer.blob.size, isExact: false, state: 'missing' };
  const { digest, size } = known;
  const isMountable = mountSources(parts.database, reference, digest).length > 0;
  const elsewhere = isMountable ? 'mountable' : 'missing';
  const state = (await repository.has('blobs', digest)) ? 'there' : elsewhere;
  return { diffId, digest, size, isExact: true, state };
}

async function lookAtTag(
  parts: ImageParts,
  { repository, reference, plan }: Target & { readonly plan: PushPlan },
): Promise<PushPreview['overwrites']> {
  const digest = await repository.resolve(reference.tag ?? 'latest');
  if (digest === undefined) return undefined;
  const isSame = plan.manifest?.descriptor.digest === digest;
  return { digest, isSeen: isKnownHere(parts, reference, digest), isSame };
}
