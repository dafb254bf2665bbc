import type { ImageSummary } from '#engine/contract/image.ts';
import { canonicalName, parseReference } from '#engine/contract/reference.ts';
import { shortDigest } from '#renderer/ui/hash.tsx';

/** What an image is chosen by: every tag it has, or the beginning of its hash. */
export function imageNames({ Id, RepoTags }: ImageSummary): readonly string[] {
  return RepoTags.length > 0 ? RepoTags : [shortDigest(Id)];
}

const ID_PREFIX = /^(?:sha256:)?([0-9a-f]{6,64})$/;

/** The image that a name, a hash or the beginning of one means, if it is on this machine. */
export function findImage(images: readonly ImageSummary[], text: string): ImageSummary | undefined {
  const trimmed = text.trim();
  const name = fullName(trimmed);
  const named = images.find(({ RepoTags }) => RepoTags.some((tag) => tag === trimmed || fullName(tag) === name));
  if (named !== undefined && name !== undefined) return named;
  const prefix = ID_PREFIX.exec(trimmed)?.[1];
  if (prefix === undefined) return images.find(({ RepoDigests }) => RepoDigests.includes(trimmed));
  const matching = images.filter(({ Id }) => Id.startsWith(`sha256:${prefix}`));
  return matching.length === 1 ? matching[0] : undefined;
}

function fullName(text: string): string | undefined {
  try {
    return canonicalName(parseReference(text));
  } catch {
    return undefined;
  }
}
