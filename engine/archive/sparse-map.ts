import { EngineError } from '#engine/contract/errors.ts';

import { quoted } from './tar-entry.ts';
import { BLOCK_BYTES, numberField, type TarHeader } from './tar-header.ts';

/** Bytes of a sparse file that the tar has; all between them are zeros. */
export interface Segment {
  readonly offset: number;
  readonly length: number;
}

/** What a sparse file is made of (GNU tar's manual, "Storing Sparse Files"). */
export interface SparseMap {
  /** In their order, none over another; their bytes follow each other in the tar. */
  readonly segments: readonly Segment[];
  /** Bytes of the file when it is whole. */
  readonly size: number;
}

type Pax = ReadonlyMap<string, Buffer>;

const OLD_HEADER = { segmentsAt: 386, count: 4, extendedAt: 482, sizeAt: 483 } as const;
const OLD_EXTENSION = { segmentsAt: 0, count: 21, extendedAt: 504 } as const;
const SEGMENT_BYTES = 24;
/** Version 1.0 has its map before the file's bytes, not in the header. */
const LARGEST_MAP_BYTES = 1024 * 1024;

/** Which of the ways a file is stored sparsely in, told by what stands before its bytes; undefined for one that isn't. */
export type SparseKind = 'old' | 'in-header' | 'before-bytes';

export function sparseKindOf({ typeflag }: TarHeader, pax: Pax | undefined): SparseKind | undefined {
  if (typeflag === 'S') return 'old';
  if (pax?.get('GNU.sparse.major')?.toString('latin1') === '1') return 'before-bytes';
  return pax !== undefined && [...pax.keys()].some((key) => key.startsWith('GNU.sparse.')) ? 'in-header' : undefined;
}

/** Versions 0.0 and 0.1: all of it is in the extended header. */
export function mapInHeader(pax: Pax, name: string): SparseMap {
  const numbers = (pax.get('GNU.sparse.map')?.toString('latin1') ?? '').split(',').map((text) => numberIn(text, name));
  return { segments: inPairs(numbers), size: numberIn(textOf(pax, 'GNU.sparse.size'), name) };
}

/** Collects a map that stands in blocks of its own between a header and the bytes of its file. */
export class SparseMapReader {
  readonly #name: string;
  readonly #kind: Exclude<SparseKind, 'in-header'>;
  #segments: Segment[] = [];
  #size = 0;
  #text = '';
  #lines = 0;
  #length = 0;
  isWhole = false;

  constructor(kind: Exclude<SparseKind, 'in-header'>, { name, header, pax }: SparseStart) {
    this.#kind = kind;
    this.#name = name;
    if (kind === 'old') this.#startOld(header);
    else this.#size = numberIn(textOf(pax, 'GNU.sparse.realsize'), name);
  }

  /** @throws EngineError `corrupt` for what is no map. */
  addBlock(block: Buffer): void {
    this.#length += BLOCK_BYTES;
    if (this.#length > LARGEST_MAP_BYTES) throw damaged(this.#name);
    if (this.#kind === 'old') this.#addOld(block, OLD_EXTENSION);
    else this.#addText(block.toString('latin1'));
  }

  /** How much of what counts as the bytes of the file in its header is the map. */
  get countedBytes(): number {
    return this.#kind === 'old' ? 0 : this.#length;
  }

  get map(): SparseMap {
    return { segments: this.#segments, size: this.#size };
  }

  #startOld(header: Buffer): void {
    this.#size = numberField(header, OLD_HEADER.sizeAt, 12);
    this.#addOld(header, OLD_HEADER);
  }

  #addOld(
    block: Buffer,
    at: { readonly segmentsAt: number; readonly count: number; readonly extendedAt: number },
  ): void {
    for (let place = 0; place < at.count; place += 1) {
      const start = at.segmentsAt + place * SEGMENT_BYTES;
      if (block[start] === 0) break;
      this.#segments.push({ offset: numberField(block, start, 12), length: numberField(block, start + 12, 12) });
    }
    this.isWhole = block[at.extendedAt] === 0 || block[at.extendedAt] === 0x30;
  }

  /** How many there are, then offset and length of each, a line a number; filled up to a block. */
  #addText(text: string): void {
    this.#text += text;
    this.#lines += text.split('\n').length - 1;
    if (this.#lines === 0) return;
    const numbers = 2 * numberIn(this.#text.slice(0, this.#text.indexOf('\n')), this.#name);
    if (this.#lines <= numbers) return;
    const lines = this.#text.split('\n').slice(1, numbers + 1);
    this.#segments = inPairs(lines.map((line) => numberIn(line, this.#name)));
    this.isWhole = true;
  }
}

interface SparseStart {
  readonly name: string;
  readonly header: Buffer;
  readonly pax: Pax;
}

/** @throws EngineError `corrupt` unless what the tar has is what the map says. */
export function checkSparseMap({ segments, size }: SparseMap, storedBytes: number, name: string): void {
  let end = 0;
  let stored = 0;
  for (const { offset, length } of segments) {
    if (offset < end || !Number.isSafeInteger(offset + length)) throw damaged(name);
    end = offset + length;
    stored += length;
  }
  if (end > size || stored !== storedBytes) throw damaged(name);
}

function inPairs(numbers: readonly number[]): Segment[] {
  return numbers.flatMap((offset, at) => (at % 2 === 0 ? [{ offset, length: numbers[at + 1] ?? 0 }] : []));
}

function textOf(pax: Pax, key: string): string {
  return pax.get(key)?.toString('latin1') ?? '';
}

function numberIn(text: string, name: string): number {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw damaged(name);
}

function damaged(name: string): EngineError {
  return new EngineError('corrupt', `${quoted(name)} is stored as a sparse file whose map is damaged`);
}
