import type { EntryType } from '#engine/contract/layer.ts';

/* The entry index as README.md has it: what its writer and its reader share. */

/** `estrato`, then the format's version. */
export const MAGIC: Buffer = Buffer.from('estrato\u0001', 'latin1');
export const HEADER_BYTES = 64;
export const CHECKSUM_BYTES = 32;
export const DIGEST_BYTES = 32;

/** The parent of the root. */
export const NO_PARENT = 0xffffffff;

/** The number stored is the place in this list. */
export const entryTypes: readonly EntryType[] = [
  'file',
  'directory',
  'symlink',
  'hardlink',
  'character-device',
  'block-device',
  'fifo',
  'whiteout',
];

/** Nothing below this directory shows through it. */
export const OPAQUE = 1;
/** Not in the tar: it stands only because something in it does, and keeps what the layers below say about it. */
export const IMPLIED = 2;

/** From the header: how long the sections are. */
export interface Counts {
  /** Bytes of the record's JSON. */
  readonly record: number;
  readonly entries: number;
  /** Bytes. */
  readonly names: number;
  readonly texts: number;
  readonly textBytes: number;
  readonly digests: number;
}

/** Byte offsets of the sections; each begins at a multiple of eight. */
export interface Layout {
  readonly record: number;
  readonly size: number;
  readonly mtime: number;
  readonly tarOffset: number;
  readonly nameOffset: number;
  readonly parent: number;
  readonly firstChild: number;
  readonly childCount: number;
  readonly uid: number;
  readonly gid: number;
  readonly device: number;
  readonly linkText: number;
  readonly xattrText: number;
  readonly digest: number;
  readonly textOffset: number;
  readonly mode: number;
  readonly type: number;
  readonly flags: number;
  readonly digests: number;
  readonly names: number;
  readonly texts: number;
  /** Where the checksum over all before it stands. */
  readonly end: number;
}

export function layoutOf(counts: Counts): Layout {
  let at = HEADER_BYTES;
  const section = (bytes: number): number => {
    const start = at;
    at += Math.ceil(bytes / 8) * 8;
    return start;
  };
  const n = counts.entries;
  return {
    record: section(counts.record),
    size: section(8 * n),
    mtime: section(8 * n),
    tarOffset: section(8 * n),
    nameOffset: section(4 * (n + 1)),
    parent: section(4 * n),
    firstChild: section(4 * n),
    childCount: section(4 * n),
    uid: section(4 * n),
    gid: section(4 * n),
    device: section(4 * n),
    linkText: section(4 * n),
    xattrText: section(4 * n),
    digest: section(4 * n),
    textOffset: section(4 * (counts.texts + 1)),
    mode: section(2 * n),
    type: section(n),
    flags: section(n),
    digests: section(DIGEST_BYTES * counts.digests),
    names: section(counts.names),
    texts: section(counts.textBytes),
    end: at,
  };
}
