import type { EntryChange } from '#engine/contract/layer.ts';

import type { EntryIndex } from './entry-index.ts';

/** An entry of one of several layers. */
interface Found {
  readonly index: EntryIndex;
  readonly entry: number;
}

/** What happened to a path between two moments; undefined stands for not being there. */
export function changeBetween(before: Found | undefined, now: Found | undefined): EntryChange {
  if (now === undefined) return before === undefined ? 'unchanged' : 'removed';
  if (before === undefined) return 'added';
  if (isOtherContent(before, now)) return 'changed';
  return isOtherMetadata(before, now) ? 'metadata' : 'unchanged';
}

function isOtherContent(old: Found, fresh: Found): boolean {
  const kind = kindOf(old);
  if (kind !== kindOf(fresh)) return true;
  if (kind === 'file') return !old.index.hasSameContent(old.entry, fresh.index, fresh.entry);
  if (kind === 'symlink') return old.index.linkTarget(old.entry) !== fresh.index.linkTarget(fresh.entry);
  const [one, other] = [old.index.device(old.entry), fresh.index.device(fresh.entry)];
  return one.major !== other.major || one.minor !== other.minor;
}

function kindOf({ index, entry }: Found): string {
  const type = index.type(entry);
  return type === 'hardlink' ? 'file' : type;
}

/** Writing anything in a directory touches its time: that alone is no change of the directory. */
function isOtherMetadata({ index, entry }: Found, fresh: Found): boolean {
  return (
    index.mode(entry) !== fresh.index.mode(fresh.entry) ||
    index.uid(entry) !== fresh.index.uid(fresh.entry) ||
    index.gid(entry) !== fresh.index.gid(fresh.entry) ||
    (index.type(entry) !== 'directory' && index.mtime(entry) !== fresh.index.mtime(fresh.entry)) ||
    !index.hasSameXattrs(entry, fresh.index, fresh.entry)
  );
}
