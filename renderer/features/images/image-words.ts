import type { ImageSummary } from '#engine/contract/image.ts';
import type { ImageBytes } from '#engine/contract/store.ts';
import type { Format } from '#renderer/i18n/format.ts';
import type { Translate } from '#renderer/i18n/translate.ts';
import { shortDigest } from '#renderer/ui/hash.tsx';

/** What to call an image in a sentence: its first tag, or the beginning of its hash. */
export function imageName(image: Pick<ImageSummary, 'Id' | 'RepoTags'>): string {
  return image.RepoTags[0] ?? shortDigest(image.Id);
}

export function originWords(image: ImageSummary, t: Translate): string {
  return image.origin === undefined ? t('ui.unknown') : t(`images.origin.${image.origin.kind}`);
}

/** On the disk; of an engine that doesn't say, those of the files in its layers. */
export function bytesOf({ bytes, uniqueSize, SharedSize, Size }: ImageSummary): ImageBytes {
  return bytes ?? { owned: uniqueSize, shared: SharedSize, total: Size };
}

/** What an image without a tag was, and until when. */
export function formerName({ lastTag, lastTagAt }: ImageSummary, t: Translate, format: Format): string {
  if (lastTag === undefined) return t('images.untagged');
  if (lastTagAt === undefined) return t('images.was', { tag: lastTag });
  return t('images.wasUntil', { tag: lastTag, time: format.dateTime(lastTagAt) });
}

/** Names that differ in their tag alone, together: `debian` with `12` and `bookworm`. */
export function tagsByRepository(names: readonly string[]): readonly (readonly [string, readonly string[]])[] {
  const tags = new Map<string, string[]>();
  for (const name of names) {
    const colon = name.lastIndexOf(':');
    const repository = name.slice(0, colon);
    tags.set(repository, [...(tags.get(repository) ?? []), name.slice(colon + 1)]);
  }
  return [...tags];
}

/** @param search words that must all be found in a name, the hash or the origin. */
export function matchesSearch(image: ImageSummary, search: string): boolean {
  const origin = image.origin?.from ?? '';
  const text = [image.Id, ...image.RepoTags, image.lastTag ?? '', origin].join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export const imageOrders = ['name', 'layers', 'origin', 'created', 'used', 'size'] as const;
export type ImageOrder = (typeof imageOrders)[number];

/** From the smallest, the oldest, the letter a. */
export function compareImages(order: ImageOrder): (a: ImageSummary, b: ImageSummary) => number {
  const byName = (a: ImageSummary, b: ImageSummary): number => imageName(a).localeCompare(imageName(b));
  const compare = {
    name: (a: ImageSummary, b: ImageSummary) => (b.RepoTags.length > 0 ? 1 : 0) - (a.RepoTags.length > 0 ? 1 : 0),
    layers: (a: ImageSummary, b: ImageSummary) => a.layerCount - b.layerCount,
    origin: (a: ImageSummary, b: ImageSummary) => (a.origin?.kind ?? '').localeCompare(b.origin?.kind ?? ''),
    created: (a: ImageSummary, b: ImageSummary) => a.Created - b.Created,
    used: (a: ImageSummary, b: ImageSummary) => a.Containers - b.Containers,
    size: (a: ImageSummary, b: ImageSummary) => bytesOf(a).total - bytesOf(b).total,
  }[order];
  return (a, b) => compare(a, b) || byName(a, b);
}
