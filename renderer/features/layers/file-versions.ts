import type { PathBlame, PathVersion } from '#engine/contract/timeline.ts';

/** The versions of a path that are there up to a layer, the newest first. */
export function versionsUpTo({ versions }: PathBlame, to: number): readonly PathVersion[] {
  return versions.filter(({ layer }) => layer <= to).toReversed();
}

/**
 * The layers up to which a file can be compared with what it is up to `to`: each that wrote another version, the
 * newest first. What was removed in between is no version.
 *
 * @param from the bottom of the range that is looked at: the first of them lies below it where there is one.
 */
export function comparableLayers(blame: PathBlame, { from, to }: { from: number; to: number }): readonly number[] {
  const [shown, ...earlier] = versionsUpTo(blame, to).filter(({ state }) => state !== undefined && isFile(state));
  if (shown === undefined) return [];
  const layers = earlier.map(({ layer }) => layer);
  const below = layers.find((layer) => layer < from);
  return from === 0 || below === undefined ? layers : [below, ...layers.filter((layer) => layer !== below)];
}

function isFile({ type }: NonNullable<PathVersion['state']>): boolean {
  return type === 'file' || type === 'hardlink';
}
