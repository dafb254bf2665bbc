/** `team/app:1` as it is being typed; a port's colon is none of a tag's. */
export function splitTag(text: string): { readonly repository: string; readonly tag: string } {
  const colon = text.lastIndexOf(':');
  if (colon === -1 || text.slice(colon).includes('/')) return { repository: text, tag: '' };
  return { repository: text.slice(0, colon), tag: text.slice(colon + 1) };
}

const MOST_SHOWN = 12;

/** The tags that begin with what is typed before those that only contain it; none where one is typed whole. */
export function matchingTags(
  names: readonly string[],
  typed: string,
): { readonly shown: readonly string[]; readonly more: number } {
  if (names.includes(typed)) return { shown: [], more: 0 };
  const found = names.filter((name) => name.includes(typed));
  const sorted = [
    ...found.filter((name) => name.startsWith(typed)),
    ...found.filter((name) => !name.startsWith(typed)),
  ];
  return { shown: sorted.slice(0, MOST_SHOWN), more: Math.max(0, sorted.length - MOST_SHOWN) };
}
