import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { familiarName, type Reference } from '#engine/contract/reference.ts';

import type { ImageParts } from './image-parts.ts';

export interface RemovedRemote {
  readonly removed: 'tag' | 'manifest';
  readonly digest: Digest;
}

/**
 * Removes at its registry what a name leads to: with a digest the manifest and all tags of it, with a tag only that.
 *
 * @param whole also the manifest, where the registry can't take a tag away alone.
 * @throws EngineError `not-found`, `forbidden`, `unauthenticated`; `conflict` for a tag that only goes with its manifest;
 * `unsupported` where nobody may remove anything.
 */
export async function removeRemote(
  { registry }: Pick<ImageParts, 'registry'>,
  reference: Reference,
  { whole }: { readonly whole: boolean },
): Promise<RemovedRemote> {
  const digest = reference.digest ?? (await resolved(registry, reference));
  const repository = registry.repository(reference, { actions: 'delete' });
  if (reference.digest === undefined) {
    if (await repository.deleteTag(reference.tag ?? 'latest')) return { removed: 'tag', digest };
    if (!whole) throw onlyWhole(reference, digest);
  }
  await repository.deleteDocument(digest);
  return { removed: 'manifest', digest };
}

async function resolved(registry: ImageParts['registry'], reference: Reference): Promise<Digest> {
  const repository = registry.repository(reference);
  const tag = reference.tag ?? 'latest';
  return (await repository.resolve(tag)) ?? (await repository.document(tag)).descriptor.digest;
}

function onlyWhole(reference: Reference, digest: Digest): EngineError {
  return new EngineError(
    'conflict',
    `${reference.registry} can't take the tag ${familiarName(reference)} away alone; removing ${digest} takes every other tag of the same image too, which has to be asked for (--whole).`,
  );
}
