import { EngineError } from '#engine/contract/errors.ts';

import { holesTooLarge, mostBytesOf, usualLimits, type ExpansionLimits } from './expansion-limits.ts';
import { parsePaxRecords } from './pax-records.ts';
import { SparseFile } from './sparse-file.ts';
import { checkSparseMap, mapInHeader, sparseKindOf, SparseMapReader, type SparseMap } from './sparse-map.ts';
import { quoted, sizeOf, tarEntry, type Extension, type TarEntry } from './tar-entry.ts';
import { BLOCK_BYTES, parseTarHeader, type TarHeader } from './tar-header.ts';

/** What a tar turns into, in its order; called while the parser is written to. */
export interface TarSink {
  entry(entry: TarEntry): void;
  /** Bytes of the last entry; valid during the call only. */
  data(chunk: Uint8Array): void;
  /** After the last byte of each entry, also of those without any. */
  entryEnd(): void;
}

/** Extended headers are kept whole in memory. Linux knows no path longer than 4 KiB, and no extended attribute of more than 64 KiB. */
const MAX_EXTENSION_BYTES = 1024 * 1024;

type State =
  | { readonly at: 'header' }
  | { readonly at: 'extension'; readonly header: TarHeader; readonly body: Buffer; filled: number }
  /** `left`, `stored`: bytes that the tar has of it. */
  | {
      readonly at: 'data';
      readonly entry: TarEntry;
      readonly stored: number;
      readonly sparse?: SparseFile;
      left: number;
    }
  | { readonly at: 'sparse-map'; readonly entry: TarEntry; readonly body: number; readonly reader: SparseMapReader }
  /** Over what is nobody's: padding, and bodies that say nothing. */
  | { readonly at: 'skipping'; left: number }
  /** After the first zero block of the end. */
  | { readonly at: 'ending' };

/**
 * Takes a tar apart as it comes, in chunks of any size, without waiting for anything: the caller owns the pace.
 *
 * Not tar-stream because that decodes extended headers as UTF-8, which destroys `security.capability`, and takes anything
 * after the end for granted. POSIX, GNU and old tars are understood. A sparse file is as whole as any other for the sink.
 * The sink has the last word on names.
 */
export class TarParser {
  readonly #sink: TarSink;
  readonly #limits: ExpansionLimits;
  readonly #block = Buffer.alloc(BLOCK_BYTES);
  #blockFilled = 0;
  #offset = 0;
  #state: State = { at: 'header' };
  #extension: Extension = {};
  #isEnded = false;
  /** Bytes of sparse files that the tar doesn't have. */
  #holeBytes = 0;

  /** @param limits of sparse files; the usual ones, unless told. */
  constructor(sink: TarSink, limits: ExpansionLimits = usualLimits()) {
    this.#sink = sink;
    this.#limits = limits;
  }

  /** @throws EngineError `corrupt`, `unsupported`, and whatever the sink throws; nothing may be written after that. */
  write(chunk: Uint8Array): void {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (rest.length > 0) {
      const taken = this.#step(rest);
      this.#offset += taken;
      rest = rest.subarray(taken);
      this.#settle();
    }
  }

  /** To be called after the last chunk. @throws EngineError `corrupt` when more was to come. */
  end(): void {
    const { at } = this.#state;
    if (at === 'data' || at === 'sparse-map') {
      throw new EngineError('corrupt', `the tar is cut off inside ${quoted(this.#state.entry.name)}`);
    }
    const isWhole = this.#blockFilled === 0 && at !== 'extension' && Object.keys(this.#extension).length === 0;
    // The last padding may be missing, and so may the end marker: some programs leave them out.
    if (!isWhole && !this.#isEnded) throw new EngineError('corrupt', 'the tar is cut off in the middle of a header');
  }

  /** @returns how much of it was used. */
  #step(rest: Buffer): number {
    const state = this.#state;
    switch (state.at) {
      case 'header':
      case 'sparse-map':
      case 'ending':
        return this.#fillBlock(rest);
      case 'extension': {
        const taken = rest.copy(state.body, state.filled);
        state.filled += taken;
        return taken;
      }
      case 'data': {
        const taken = rest.subarray(0, state.left);
        if (state.sparse === undefined) this.#sink.data(taken);
        else for (const part of state.sparse.whole(taken)) this.#sink.data(part);
        state.left -= taken.length;
        return taken.length;
      }
      case 'skipping': {
        const taken = Math.min(state.left, rest.length);
        state.left -= taken;
        return taken;
      }
    }
  }

  /** Goes on to the next state as often as nothing more is needed for it. */
  #settle(): void {
    const state = this.#state;
    if (state.at === 'data' && state.left === 0) {
      for (const zeros of state.sparse?.end() ?? []) this.#sink.data(zeros);
      this.#sink.entryEnd();
      this.#skip(paddingOf(state.stored));
    } else if (state.at === 'extension' && state.filled === state.body.length) {
      this.#extend(state.header, state.body);
      this.#skip(paddingOf(state.body.length));
    } else if (state.at === 'skipping' && state.left === 0) {
      this.#state = { at: 'header' };
    } else if (this.#blockFilled === BLOCK_BYTES) {
      this.#blockFilled = 0;
      this.#readBlock();
    }
  }

  #fillBlock(rest: Buffer): number {
    const taken = rest.copy(this.#block, this.#blockFilled);
    this.#blockFilled += taken;
    if (this.#isEnded) this.#refuseMore(taken);
    return taken;
  }

  /** After the end only zeros may come: to fill a record of tar's. */
  #refuseMore(length: number): void {
    const added = this.#block.subarray(this.#blockFilled - length, this.#blockFilled);
    if (added.some((byte) => byte !== 0)) throw new EngineError('corrupt', 'the tar goes on after its end');
  }

  #readBlock(): void {
    if (this.#state.at === 'sparse-map') {
      this.#readSparseMap(this.#state, this.#block);
      return;
    }
    const isZero = this.#block.every((byte) => byte === 0);
    if (this.#state.at === 'ending') {
      if (!isZero) throw new EngineError('corrupt', 'the tar goes on after its end');
      return;
    }
    if (isZero) {
      this.#isEnded = true;
      this.#state = { at: 'ending' };
      return;
    }
    this.#readHeader(parseTarHeader(this.#block));
  }

  #readHeader(header: TarHeader): void {
    switch (header.typeflag) {
      case 'x':
      case 'L':
      case 'K':
        this.#startExtension(header);
        return;
      // A global header and a volume's label say nothing about an entry that layers would heed.
      case 'g':
      case 'V':
        this.#skip(sizeOf(header, undefined) + paddingOf(header.size));
        return;
      default:
        this.#startEntry(header);
    }
  }

  #startExtension(header: TarHeader): void {
    const size = sizeOf(header, undefined);
    if (size > MAX_EXTENSION_BYTES) {
      throw new EngineError(
        'corrupt',
        `the tar has an extended header of ${size} bytes, and at most ${MAX_EXTENSION_BYTES} make sense`,
      );
    }
    if (size === 0) return;
    this.#state = { at: 'extension', header, body: Buffer.alloc(size), filled: 0 };
  }

  #extend({ typeflag }: TarHeader, body: Buffer): void {
    const end = body.indexOf(0);
    const text = end === -1 ? body : body.subarray(0, end);
    if (typeflag === 'x') this.#extension = { ...this.#extension, pax: parsePaxRecords(body) };
    else if (typeflag === 'L') this.#extension = { ...this.#extension, longName: text };
    else this.#extension = { ...this.#extension, longLinkName: text };
  }

  #startEntry(header: TarHeader): void {
    const extension = this.#extension;
    this.#extension = {};
    const entry = tarEntry(header, extension, this.#offset);
    const body = bodySize(header, extension);
    const { pax = new Map<string, Buffer>() } = extension;
    const kind = sparseKindOf(header, pax);
    if (kind === undefined) this.#begin(entry, body);
    else if (kind === 'in-header') this.#beginSparse(entry, body, mapInHeader(pax, entry.name));
    else {
      const reader = new SparseMapReader(kind, { name: entry.name, header: this.#block, pax });
      if (reader.isWhole) this.#beginSparse(entry, body, reader.map);
      else this.#state = { at: 'sparse-map', entry, body, reader };
    }
  }

  #readSparseMap({ entry, body, reader }: Extract<State, { at: 'sparse-map' }>, block: Buffer): void {
    reader.addBlock(block);
    if (reader.isWhole) this.#beginSparse(entry, body - reader.countedBytes, reader.map);
  }

  #beginSparse(entry: TarEntry, stored: number, map: SparseMap): void {
    checkSparseMap(map, stored, entry.name);
    this.#holeBytes += map.size - stored;
    if (this.#holeBytes > mostBytesOf(this.#limits, this.#offset)) throw holesTooLarge(quoted(entry.name));
    this.#begin({ ...entry, size: map.size, dataOffset: undefined }, stored, new SparseFile(map));
  }

  #begin(entry: TarEntry, stored: number, sparse?: SparseFile): void {
    this.#sink.entry(entry);
    if (entry.size > 0) {
      this.#state = { at: 'data', entry, stored, left: stored, ...(sparse === undefined ? {} : { sparse }) };
      // Of nothing but zeros no byte comes.
      if (stored === 0) this.#settle();
      return;
    }
    this.#sink.entryEnd();
    this.#skip(stored + paddingOf(stored));
  }

  #skip(left: number): void {
    this.#state = left === 0 ? { at: 'header' } : { at: 'skipping', left };
  }
}

/** Links, directories and devices have no bytes, whatever size some programs write in their headers. */
function bodySize(header: TarHeader, extension: Extension): number {
  const hasBody = ['0', '7', 'S'].includes(header.typeflag);
  return hasBody ? sizeOf(header, extension.pax) : 0;
}

function paddingOf(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}
