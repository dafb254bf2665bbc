import type { SourceEntry } from '#engine/build/source-tree.ts';

/** Go's os.FileMode (pkg.go.dev/io/fs, FileMode): the bits of Linux's for permissions, its own for the rest. */
const DIRECTORY = 0x8000_0000;
const SYMLINK = 0x0800_0000;
/** Devices, pipes, sockets and what else is neither. */
const OTHER = 0x0428_0000 | 0x0300_0000;
const SETUID = 0x0080_0000;
const SETGID = 0x0040_0000;
const STICKY = 0x0010_0000;

export function typeOfMode(mode: number): SourceEntry['type'] {
  if ((mode & DIRECTORY) !== 0) return 'directory';
  if ((mode & SYMLINK) !== 0) return 'symlink';
  return (mode & OTHER) === 0 ? 'file' : 'other';
}

/** The same of an entry here. */
export function modeOf({ type, mode }: Pick<SourceEntry, 'type' | 'mode'>): number {
  const kind = type === 'directory' ? DIRECTORY : type === 'symlink' ? SYMLINK : 0;
  const has = (linux: number, bit: number): number => ((mode & linux) === 0 ? 0 : bit);
  return (kind | (mode & 0o777) | has(0o4000, SETUID) | has(0o2000, SETGID) | has(0o1000, STICKY)) >>> 0;
}

/** Permission bits with setuid, setgid and sticky, as Linux has them. */
export function permissionsOf(mode: number): number {
  const has = (bit: number, linux: number): number => ((mode & bit) === 0 ? 0 : linux);
  return (mode & 0o777) | has(SETUID, 0o4000) | has(SETGID, 0o2000) | has(STICKY, 0o1000);
}
