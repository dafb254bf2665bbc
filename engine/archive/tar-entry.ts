import { EngineError } from '#engine/contract/errors.ts';

import { pathText } from './path-text.ts';
import type { TarHeader } from './tar-header.ts';

export type TarEntryType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'character-device' | 'block-device' | 'fifo';

export interface TarEntry {
  /** As the archive has it: it may be absolute, climb, or name a whiteout. */
  readonly name: string;
  readonly type: TarEntryType;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes that follow; 0 for all but files. */
  readonly size: number;
  /** Unix seconds, with a fraction when the archive has one. */
  readonly mtime: number;
  /** The fraction exactly: since the whole second at or before it. */
  readonly nanoseconds?: number;
  /** Of links; as the archive has it. */
  readonly linkName: string;
  readonly major: number;
  readonly minor: number;
  readonly xattrs: ReadonlyMap<string, Buffer>;
  /** Where its bytes begin in the tar; undefined of a sparse file, whose bytes aren't there in one piece. */
  readonly dataOffset: number | undefined;
}

/** What stood before a header and is about it. */
export interface Extension {
  readonly pax?: ReadonlyMap<string, Buffer>;
  readonly longName?: Buffer;
  readonly longLinkName?: Buffer;
}

const types: Readonly<Record<string, TarEntryType>> = {
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
  // Contiguous files, where there were any, are files.
  '7': 'file',
  // GNU's own way to store a sparse file.
  S: 'file',
};

const XATTR = 'SCHILY.xattr.';

const NONE: ReadonlyMap<string, Buffer> = new Map();

/** @throws EngineError `corrupt`, `unsupported` for a kind of entry that layers don't have. */
export function tarEntry(header: TarHeader, extension: Extension, dataOffset: number): TarEntry {
  const { pax = NONE } = extension;
  const name = nameIn(pax.get('GNU.sparse.name') ?? pax.get('path') ?? extension.longName ?? header.name);
  const type = typeOf(header, name);
  return {
    name,
    type,
    mode: header.mode & 0o7777,
    uid: idOf(number(pax, 'uid', name) ?? header.uid, name),
    gid: idOf(number(pax, 'gid', name) ?? header.gid, name),
    size: type === 'file' ? sizeOf(header, pax) : 0,
    mtime: timeOf(number(pax, 'mtime', name) ?? header.mtime, name),
    nanoseconds: nanosecondsOf(pax.get('mtime')),
    linkName: nameIn(pax.get('linkpath') ?? extension.longLinkName ?? header.linkName),
    major: header.major,
    minor: header.minor,
    xattrs: xattrsIn(pax),
    dataOffset,
  };
}

function xattrsIn(pax: ReadonlyMap<string, Buffer>): TarEntry['xattrs'] {
  const found = [...pax].filter(([key]) => key.startsWith(XATTR));
  // Nearly all entries have none, and a map for each of a million would take a quarter of a gigabyte.
  return found.length === 0 ? NONE : new Map(found.map(([key, value]) => [key.slice(XATTR.length), value]));
}

/** Bytes that follow the header of a file. */
export function sizeOf(header: TarHeader, pax: ReadonlyMap<string, Buffer> | undefined): number {
  const size = number(pax ?? NONE, 'size', 'the tar') ?? header.size;
  if (Number.isSafeInteger(size) && size >= 0) return size;
  throw new EngineError('corrupt', 'the tar has an entry with an impossible size');
}

/** The last id means none (chown(2)). */
const MAX_ID = 0xfffffffe;

/** Unix seconds; a thousand times the age of anything. */
const MAX_TIME = 1e13;

function idOf(id: number, name: string): number {
  if (Number.isInteger(id) && id >= 0 && id <= MAX_ID) return id;
  throw new EngineError('corrupt', `${quoted(name)} belongs to an impossible user or group`);
}

function timeOf(time: number, name: string): number {
  if (Math.abs(time) <= MAX_TIME) return time;
  throw new EngineError('corrupt', `${quoted(name)} has an impossible time`);
}

/** Beyond what a double has. */
function nanosecondsOf(mtime: Buffer | undefined): number {
  const [, sign, digits = ''] = /^\s*(-?)\d*\.(\d+)\s*$/.exec(mtime?.toString('latin1') ?? '') ?? [];
  const fraction = Number(digits.slice(0, 9).padEnd(9, '0'));
  return sign === '-' && fraction > 0 ? 1_000_000_000 - fraction : fraction;
}

function typeOf(header: TarHeader, name: string): TarEntryType {
  const type = types[header.typeflag];
  if (type === undefined) {
    throw new EngineError('unsupported', `${quoted(name)} is of a kind that no layer has (${quoted(header.typeflag)})`);
  }
  // From before there was a flag for directories.
  return type === 'file' && name.endsWith('/') ? 'directory' : type;
}

function nameIn(bytes: Buffer): string {
  const text = pathText(bytes);
  if (!text.includes('\0')) return text;
  throw new EngineError('corrupt', `${quoted(text)} has a zero byte in its name`);
}

function number(pax: ReadonlyMap<string, Buffer>, key: string, name: string): number | undefined {
  const value = pax.get(key);
  // An empty value takes the key back.
  if (value === undefined || value.length === 0) return undefined;
  const parsed = Number(value.toString('latin1'));
  if (Number.isFinite(parsed)) return parsed;
  throw new EngineError('corrupt', `${quoted(name)} has a ${key} that is not a number`);
}

/** A name for a sentence: in quotes, whatever is in it, and not longer than anybody reads. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}
