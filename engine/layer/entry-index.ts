import { createHash } from 'node:crypto';

import { pathBytes, pathText } from '#engine/archive/path-text.ts';
import { atOnce } from '#engine/async/in-turns.ts';
import { isDigest, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { EntryType } from '#engine/contract/layer.ts';

import {
  CHECKSUM_BYTES,
  DIGEST_BYTES,
  entryTypes,
  HEADER_BYTES,
  IMPLIED,
  layoutOf,
  MAGIC,
  NO_PARENT,
  OPAQUE,
  type Counts,
  type Layout,
} from './index-format.ts';
import { parseLayerRecord } from './layer-record.ts';
import type { LayerRecord } from './layer-store.ts';
import type { NamePrefix } from './name-prefix.ts';

/** As many are looked at in some milliseconds. */
const ENTRIES_A_STEP = 10_000;
const BYTES_A_STEP = 2 * 1024 * 1024;

/** Entries from `first` up to, not including, `end`. */
export interface EntryRange {
  readonly first: number;
  readonly end: number;
}

/**
 * What a layer holds, entry by entry, in the order of README.md: entry 0 is the root, a directory's children are
 * contiguous and sorted by the bytes of their names, and every parent comes before its children.
 *
 * Entries are numbers from 0 to `count - 1`; asking for any other is a mistake of the caller's. What the columns say
 * has been checked while opening, so that nothing read from one leads outside another.
 */
export class EntryIndex {
  readonly count: number;
  readonly #buffer: Buffer;
  readonly #layout: Layout;
  readonly #counts: Counts;
  readonly #sizes: Float64Array;
  readonly #mtimes: Float64Array;
  readonly #tarOffsets: Float64Array;
  readonly #nameOffsets: Uint32Array;
  readonly #parents: Uint32Array;
  readonly #firstChildren: Uint32Array;
  readonly #childCounts: Uint32Array;
  readonly #uids: Uint32Array;
  readonly #gids: Uint32Array;
  readonly #devices: Uint32Array;
  readonly #linkTexts: Uint32Array;
  readonly #xattrTexts: Uint32Array;
  readonly #digests: Uint32Array;
  readonly #textOffsets: Uint32Array;
  readonly #modes: Uint16Array;
  readonly #types: Uint8Array;
  readonly #flags: Uint8Array;
  #record: LayerRecord | undefined;

  /** @throws EngineError `corrupt` for anything but the bytes that `encodeEntryIndex` made. */
  static of(bytes: Uint8Array): EntryIndex {
    return atOnce(EntryIndex.inSteps(bytes));
  }

  /** The same in steps of a few milliseconds: of a million entries, to look at all of it takes half a second. */
  static *inSteps(bytes: Uint8Array): Generator<void, EntryIndex> {
    const index = new EntryIndex(bytes);
    yield* index.#check();
    return index;
  }

  private constructor(bytes: Uint8Array) {
    // Copied when need be: a typed array of doubles begins at a multiple of eight or not at all.
    const aligned = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
    this.#buffer = Buffer.from(aligned.buffer, aligned.byteOffset, aligned.byteLength);
    this.#counts = readCounts(this.#buffer);
    this.#layout = layoutOf(this.#counts);
    if (this.#buffer.length !== this.#layout.end + CHECKSUM_BYTES) throw damaged();
    const { count, words } = this.#columns();
    this.count = count;
    this.#sizes = this.#doubles(this.#layout.size);
    this.#mtimes = this.#doubles(this.#layout.mtime);
    this.#tarOffsets = this.#doubles(this.#layout.tarOffset);
    this.#nameOffsets = words(this.#layout.nameOffset, count + 1);
    this.#parents = words(this.#layout.parent);
    this.#firstChildren = words(this.#layout.firstChild);
    this.#childCounts = words(this.#layout.childCount);
    this.#uids = words(this.#layout.uid);
    this.#gids = words(this.#layout.gid);
    this.#devices = words(this.#layout.device);
    this.#linkTexts = words(this.#layout.linkText);
    this.#xattrTexts = words(this.#layout.xattrText);
    this.#digests = words(this.#layout.digest);
    this.#textOffsets = words(this.#layout.textOffset, this.#counts.texts + 1);
    this.#modes = new Uint16Array(this.#buffer.buffer, this.#buffer.byteOffset + this.#layout.mode, count);
    this.#types = this.#section(this.#layout.type, count);
    this.#flags = this.#section(this.#layout.flags, count);
  }

  get record(): LayerRecord {
    if (this.#record === undefined) throw damaged();
    return this.#record;
  }

  /** The entry of a path like `/etc/passwd`; `/` and the empty path are the root. */
  find(path: string): number | undefined {
    let entry: number | undefined = 0;
    for (const name of path.split('/')) {
      if (name === '' || entry === undefined) continue;
      entry = this.childNamed(entry, pathBytes(name));
    }
    return entry;
  }

  children(entry: number): EntryRange {
    const first = this.#firstChildren[entry] ?? 0;
    return { first, end: first + (this.#childCounts[entry] ?? 0) };
  }

  childNamed(entry: number, name: Uint8Array): number | undefined {
    const { first, end } = this.children(entry);
    let low = first;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = Buffer.compare(this.nameBytes(middle), name);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return undefined;
  }

  /** Undefined for the root. */
  parent(entry: number): number | undefined {
    const parent = this.#parents[entry];
    return parent === NO_PARENT ? undefined : parent;
  }

  /** Empty for the root. */
  name(entry: number): string {
    return pathText(this.nameBytes(entry));
  }

  nameBytes(entry: number): Buffer {
    return this.#buffer.subarray(...this.#nameBounds(entry));
  }

  nameBegins(entry: number, prefix: NamePrefix): boolean {
    return prefix.mayBegin(this.#buffer, ...this.#nameBounds(entry)) && prefix.begins(this.name(entry));
  }

  /** By their bytes: negative when this one comes first. */
  compareNames(entry: number, other: EntryIndex, otherEntry: number): number {
    const [start, end] = this.#nameBounds(entry);
    const [otherStart, otherEnd] = other.#nameBounds(otherEntry);
    return this.#buffer.compare(other.#buffer, otherStart, otherEnd, start, end);
  }

  /** Absolute; `/` for the root. */
  path(entry: number): string {
    const names: string[] = [];
    for (let at: number | undefined = entry; at !== undefined && at !== 0; at = this.parent(at)) {
      names.push(this.name(at));
    }
    return `/${names.toReversed().join('/')}`;
  }

  type(entry: number): EntryType {
    return entryTypes[this.#types[entry] ?? 0] ?? 'file';
  }

  /** Permission bits with setuid, setgid and sticky. */
  mode(entry: number): number {
    return this.#modes[entry] ?? 0;
  }

  uid(entry: number): number {
    return this.#uids[entry] ?? 0;
  }

  gid(entry: number): number {
    return this.#gids[entry] ?? 0;
  }

  /** Bytes of a file, and of a hard link those of the file it is. */
  size(entry: number): number {
    return this.#sizes[entry] ?? 0;
  }

  /** Unix seconds, with a fraction when the archive has one. */
  mtime(entry: number): number {
    return this.#mtimes[entry] ?? 0;
  }

  device(entry: number): { readonly major: number; readonly minor: number } {
    const device = this.#devices[entry] ?? 0;
    return { major: device >>> 20, minor: device & 0xfffff };
  }

  /** Of a symlink what it holds; of a hard link the absolute path of the file it is. */
  linkTarget(entry: number): string | undefined {
    const bytes = this.#text(this.#linkTexts[entry]);
    return bytes === undefined ? undefined : pathText(bytes);
  }

  /** By name; values in base64. */
  xattrs(entry: number): Readonly<Record<string, string>> {
    const bytes = this.#text(this.#xattrTexts[entry]);
    if (bytes === undefined) return {};
    const words = bytes.toString('utf8').split('\n');
    return Object.fromEntries(
      words.map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]),
    );
  }

  /** Of a file's bytes; undefined for what has none. */
  contentDigest(entry: number): Digest | undefined {
    const number = this.#digests[entry] ?? 0;
    if (number === 0) return undefined;
    const start = this.#layout.digests + (number - 1) * DIGEST_BYTES;
    const text = `sha256:${this.#buffer.toString('hex', start, start + DIGEST_BYTES)}`;
    return isDigest(text) ? text : undefined;
  }

  /** Four bytes of its digest, for tables of contents; undefined for what has none. */
  contentPrefix(entry: number): number | undefined {
    const number = this.#digests[entry] ?? 0;
    return number === 0 ? undefined : this.#buffer.readUInt32LE(this.#layout.digests + (number - 1) * DIGEST_BYTES);
  }

  /** Whether both have the same bytes, or neither has any. */
  hasSameContent(entry: number, other: EntryIndex, otherEntry: number): boolean {
    const [one, two] = [this.#digests[entry] ?? 0, other.#digests[otherEntry] ?? 0];
    if (one === 0 || two === 0) return one === two;
    const start = this.#layout.digests + (one - 1) * DIGEST_BYTES;
    const otherStart = other.#layout.digests + (two - 1) * DIGEST_BYTES;
    const end = otherStart + DIGEST_BYTES;
    return this.#buffer.compare(other.#buffer, otherStart, end, start, start + DIGEST_BYTES) === 0;
  }

  /** They are written sorted by their names. */
  hasSameXattrs(entry: number, other: EntryIndex, otherEntry: number): boolean {
    const one = this.#text(this.#xattrTexts[entry]);
    const two = other.#text(other.#xattrTexts[otherEntry]);
    return one === undefined || two === undefined ? one === two : one.equals(two);
  }

  /** Where a file's bytes begin in the uncompressed tar; undefined for what has none there. */
  tarOffset(entry: number): number | undefined {
    const offset = this.#tarOffsets[entry] ?? -1;
    return offset < 0 ? undefined : offset;
  }

  isOpaque(entry: number): boolean {
    return ((this.#flags[entry] ?? 0) & OPAQUE) !== 0;
  }

  /** In no particular order. */
  opaqueEntries(): readonly number[] {
    return Array.from(this.#flags.keys()).filter((entry) => this.isOpaque(entry));
  }

  /** Whether it stands only because something in it does: the archive has no entry of its own for it. */
  isImplied(entry: number): boolean {
    return ((this.#flags[entry] ?? 0) & IMPLIED) !== 0;
  }

  #columns(): { count: number; words: (offset: number, length?: number) => Uint32Array } {
    const { buffer, byteOffset } = this.#buffer;
    const count = this.#counts.entries;
    return { count, words: (offset, length = count) => new Uint32Array(buffer, byteOffset + offset, length) };
  }

  #doubles(offset: number): Float64Array {
    return new Float64Array(this.#buffer.buffer, this.#buffer.byteOffset + offset, this.#counts.entries);
  }

  #section(offset: number, length: number): Uint8Array {
    return this.#buffer.subarray(offset, offset + length);
  }

  /** Texts are numbered from 1; 0 is none. */
  #text(number = 0): Buffer | undefined {
    if (number === 0) return undefined;
    const { texts } = this.#layout;
    const start = this.#textOffsets[number - 1] ?? 0;
    return this.#buffer.subarray(texts + start, texts + (this.#textOffsets[number] ?? start));
  }

  *#check(): Generator<void, void> {
    yield* checkSum(this.#buffer, this.#layout);
    const { texts, textBytes, names, digests } = this.#counts;
    const columns = [
      () => isAscending(this.#nameOffsets, names),
      () => isAscending(this.#textOffsets, textBytes),
      () => isBelow(this.#linkTexts, texts + 1),
      () => isBelow(this.#xattrTexts, texts + 1),
      () => isBelow(this.#digests, digests + 1),
      () => isBelow(this.#types, entryTypes.length),
      () => this.#parents[0] === NO_PARENT && this.type(0) === 'directory',
    ];
    for (const isWithin of columns) {
      if (!isWithin()) throw damaged();
      yield;
    }
    let next = 1;
    for (let entry = 0; entry < this.count; entry += 1) {
      const children = this.children(entry);
      if (entry % ENTRIES_A_STEP === 0) yield;
      if (children.first === 0 && children.end === 0) continue;
      this.#checkRange(entry, children, next);
      yield* this.#checkChildren(entry, children);
      next = children.end;
    }
    if (next !== this.count) throw damaged();
    const { record } = this.#layout;
    this.#record = parseLayerRecord(this.#buffer.toString('utf8', record, record + this.#counts.record));
  }

  /** Children of one entry after those of the entry before leave no gap and no loop. */
  #checkRange(entry: number, { first, end }: EntryRange, next: number): void {
    const isBehind = first === next && first > entry && end > first && end <= this.count;
    if (!isBehind || this.type(entry) !== 'directory') throw damaged();
  }

  *#checkChildren(entry: number, { first, end }: EntryRange): Generator<void, void> {
    for (let child = first; child < end; child += 1) {
      if (this.#parents[child] !== entry) throw damaged();
      if (child > first && this.compareNames(child - 1, this, child) >= 0) throw damaged();
      if (child % ENTRIES_A_STEP === 0) yield;
    }
  }

  #nameBounds(entry: number): readonly [start: number, end: number] {
    const { names } = this.#layout;
    return [names + (this.#nameOffsets[entry] ?? 0), names + (this.#nameOffsets[entry + 1] ?? 0)];
  }
}

function readCounts(buffer: Buffer): Counts {
  if (buffer.length < HEADER_BYTES + CHECKSUM_BYTES) throw damaged();
  if (!buffer.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged();
  const [record = 0, entries = 0, names = 0, texts = 0, textBytes = 0, digests = 0] = Array.from(
    { length: 6 },
    (_, place) => buffer.readUInt32LE(MAGIC.length + 4 * place),
  );
  if (entries === 0) throw damaged();
  return { record, entries, names, texts, textBytes, digests };
}

function* checkSum(buffer: Buffer, { end }: Layout): Generator<void, void> {
  const hash = createHash('sha256');
  for (let at = 0; at < end; at += BYTES_A_STEP) {
    hash.update(buffer.subarray(at, Math.min(end, at + BYTES_A_STEP)));
    yield;
  }
  if (!hash.digest().equals(buffer.subarray(end))) throw damaged();
}

function isAscending(offsets: Uint32Array, limit: number): boolean {
  let last = 0;
  for (const offset of offsets) {
    if (offset < last) return false;
    last = offset;
  }
  return last <= limit;
}

function isBelow(column: Uint32Array | Uint8Array, limit: number): boolean {
  for (const number of column) if (number >= limit) return false;
  return true;
}

function damaged(): EngineError {
  return new EngineError('corrupt', "a layer's entry index is damaged; remove its image and pull or load it again");
}
