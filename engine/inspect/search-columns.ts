import { open, type FileHandle } from 'node:fs/promises';

import { isMissing } from '#engine/content/file-failures.ts';
import type { EntryType } from '#engine/contract/layer.ts';
import {
  entryTypes,
  HEADER_BYTES,
  layoutOf,
  MAGIC,
  OPAQUE,
  type Counts,
  type Layout,
} from '#engine/layer/index-format.ts';

import { contentFacts, entriesWithContent, type ContentFacts, type IndexFile } from './content-facts.ts';

/** Beyond this an index is no layer's. */
const MOST_ENTRIES = 100_000_000;

/**
 * The columns of a layer's entry index that a search goes through, read without the others: a quarter of the bytes, and no
 * checksum over all of them. Nothing here is trusted further than that: a number that leads nowhere reads as nothing.
 */
export class SearchColumns {
  readonly count: number;
  /** What it keeps in memory, the texts made of it included. */
  readonly bytes: number;
  readonly #file: IndexFile;
  readonly #nameOffsets: Uint32Array;
  readonly #parents: Uint32Array;
  readonly #types: Uint8Array;
  readonly #flags: Uint8Array;
  readonly #names: Buffer;
  #text: string | undefined;
  #lowText: string | undefined;

  private constructor(file: IndexFile, read: ReadSections) {
    const { counts } = file;
    this.#file = file;
    this.count = counts.entries;
    this.#nameOffsets = new Uint32Array(read.nameOffset.buffer);
    this.#parents = new Uint32Array(read.parent.buffer);
    this.#types = read.type;
    this.#flags = read.flags;
    this.#names = Buffer.from(read.names.buffer);
    const sections = Object.values(read).reduce((sum, { byteLength }) => sum + byteLength, 0);
    this.bytes = sections + 2 * (counts.names + counts.entries);
  }

  /** Undefined when the layer has gone, or when what is there is no index. */
  static async read(path: string): Promise<SearchColumns | undefined> {
    try {
      await using file = await open(path, 'r');
      const counts = await readCounts(file);
      if (counts === undefined) return undefined;
      const layout = layoutOf(counts);
      return new SearchColumns({ path, counts, layout }, await readSections(file, counts, layout));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /**
   * All names one after the other, each with a slash before it, a byte a letter; `isLow` with the letters A to Z small.
   * No name has a slash in it, so that a name can be looked for in all of them at once.
   */
  text(isLow: boolean): string {
    if (isLow) return (this.#lowText ??= this.#joined(true));
    return (this.#text ??= this.#joined(false));
  }

  /** Where an entry's name begins in the text, behind its slash. */
  textStart(entry: number): number {
    return (this.#nameOffsets[entry] ?? 0) + entry + 1;
  }

  /** The entry whose name, or slash, is at this place of the text; at the earliest `from`. */
  entryAt(place: number, from: number): number {
    let low = from;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.textStart(middle) - 1 <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Undefined for the root. A parent stands before its children, or there would be no end of them. */
  parent(entry: number): number | undefined {
    const parent = this.#parents[entry] ?? entry;
    return parent < entry ? parent : undefined;
  }

  nameBytes(entry: number): Buffer {
    return this.#names.subarray(this.#nameOffsets[entry] ?? 0, this.#nameOffsets[entry + 1] ?? 0);
  }

  /** The names from the root down to an entry. */
  names(entry: number): readonly Buffer[] {
    const names: Buffer[] = [];
    for (let at: number | undefined = entry; at !== undefined && at !== 0; at = this.parent(at)) {
      names.push(this.nameBytes(at));
    }
    return names.toReversed();
  }

  type(entry: number): EntryType {
    return entryTypes[this.#types[entry] ?? 0] ?? 'file';
  }

  isOpaque(entry: number): boolean {
    return ((this.#flags[entry] ?? 0) & OPAQUE) !== 0;
  }

  contentFacts(entry: number): Promise<ContentFacts> {
    return contentFacts(this.#file, entry);
  }

  /** @param hex the digest's first digits. */
  entriesWithContent(hex: string): Promise<readonly number[]> {
    return entriesWithContent(this.#file, hex);
  }

  /** Children stand together, in the order of their parents and then of their names. */
  childNamed(parent: number, name: Buffer): number | undefined {
    let low = Math.max(1, parent + 1);
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const owner = this.#parents[middle] ?? 0;
      const order = owner === parent ? Buffer.compare(this.nameBytes(middle), name) : owner - parent;
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return undefined;
  }

  #joined(isLow: boolean): string {
    const text = Buffer.allocUnsafe(this.#names.length + this.count);
    for (let entry = 0; entry < this.count; entry += 1) {
      const at = this.textStart(entry);
      text[at - 1] = 0x2f;
      const [start, end] = [this.#nameOffsets[entry] ?? 0, this.#nameOffsets[entry + 1] ?? 0];
      for (let place = start; place < end; place += 1) {
        const letter = this.#names[place] ?? 0;
        text[at + place - start] = isLow && letter >= 0x41 && letter <= 0x5a ? letter + 0x20 : letter;
      }
    }
    return text.toString('latin1');
  }
}

type Section = 'nameOffset' | 'parent' | 'type' | 'flags' | 'names';
type ReadSections = Readonly<Record<Section, Uint8Array<ArrayBuffer>>>;

async function readCounts(file: FileHandle): Promise<Counts | undefined> {
  const header = Buffer.alloc(HEADER_BYTES);
  await file.read(header, 0, header.length, 0);
  if (!header.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const number = (place: number): number => header.readUInt32LE(MAGIC.length + 4 * place);
  const counts = {
    record: number(0),
    entries: number(1),
    names: number(2),
    texts: number(3),
    textBytes: number(4),
    digests: number(5),
  };
  const { size } = await file.stat();
  const isSound = counts.entries > 0 && counts.entries <= MOST_ENTRIES && layoutOf(counts).end <= size;
  return isSound ? counts : undefined;
}

async function readSections(file: FileHandle, counts: Counts, layout: Layout): Promise<ReadSections> {
  const n = counts.entries;
  const read = async (section: Section, length: number): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = new Uint8Array(new ArrayBuffer(length));
    await file.read(bytes, 0, length, layout[section]);
    return bytes;
  };
  return {
    nameOffset: await read('nameOffset', 4 * (n + 1)),
    parent: await read('parent', 4 * n),
    type: await read('type', n),
    flags: await read('flags', n),
    names: await read('names', counts.names),
  };
}
