import { EngineError } from '#engine/contract/errors.ts';

/*
 * Where frames end (RFC 8878, section 3.1). Node's decompressor stops at the end of the first, but a layer may have one a
 * file (zstd:chunked) or one a megabyte (pzstd).
 */

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const DICTIONARY_ID_BYTES: readonly number[] = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES: readonly number[] = [0, 2, 4, 8];

/** A stretch of a frame; those of one frame follow each other. */
export interface FramePiece {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

type Expected =
  'magic' | 'skippable-size' | 'skippable' | 'descriptor' | 'header' | 'block-header' | 'block' | 'checksum';

/** Skippable frames are left out. */
export class ZstdFrameSplitter {
  #expected: Expected = 'magic';
  /** Bytes until there is something to decide. */
  #left = 4;
  /** Of what is being decided. */
  #decisive = Buffer.alloc(0);
  #hasChecksum = false;
  #isLastBlock = false;

  /** Whether a frame has begun and not ended. */
  get isInside(): boolean {
    return this.#expected !== 'magic' || this.#left !== 4;
  }

  /** @throws EngineError `corrupt` for what is no frame. */
  *split(chunk: Buffer): Generator<FramePiece> {
    let start = 0;
    let at = 0;
    while (at < chunk.length) {
      const taken = Math.min(this.#left, chunk.length - at);
      if (this.#isDecisive()) this.#decisive = Buffer.concat([this.#decisive, chunk.subarray(at, at + taken)]);
      this.#left -= taken;
      at += taken;
      if (this.#left > 0) break;
      const before = this.#expected;
      const decisive = this.#decisive;
      this.#decisive = Buffer.alloc(0);
      this.#advance(decisive);
      if (before === 'magic' && this.#expected === 'descriptor') {
        // The magic may have begun in the chunk before, where it was held back.
        yield { bytes: decisive, isLast: false };
        start = at;
      } else if (before === 'skippable' || before === 'skippable-size') {
        start = at;
      } else if (this.#expected === 'magic') {
        yield { bytes: chunk.subarray(start, at), isLast: true };
        start = at;
      }
    }
    if (start < at && !this.#isHeldBack()) yield { bytes: chunk.subarray(start, at), isLast: false };
  }

  #isDecisive(): boolean {
    return this.#expected !== 'block' && this.#expected !== 'skippable' && this.#expected !== 'checksum';
  }

  #isHeldBack(): boolean {
    return this.#expected === 'magic' || this.#expected.startsWith('skippable');
  }

  #advance(decisive: Buffer): void {
    switch (this.#expected) {
      case 'magic':
        this.#readMagic(decisive.readUInt32LE(0));
        return;
      case 'skippable-size':
        this.#skip(decisive.readUInt32LE(0));
        return;
      case 'descriptor':
        this.#readDescriptor(decisive.readUInt8(0));
        return;
      case 'header':
        this.#expect('block-header', 3);
        return;
      case 'block-header':
        this.#readBlockHeader(decisive.readUIntLE(0, 3));
        return;
      case 'block':
        this.#endBlock();
        return;
      case 'checksum':
      case 'skippable':
        this.#expect('magic', 4);
    }
  }

  #expect(expected: Expected, bytes: number): void {
    this.#expected = expected;
    this.#left = bytes;
  }

  #readMagic(magic: number): void {
    if (magic === FRAME_MAGIC) this.#expect('descriptor', 1);
    // The last four bits are the writer's.
    else if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) this.#expect('skippable-size', 4);
    else throw new EngineError('corrupt', 'its zstd stream is followed by something else');
  }

  #skip(bytes: number): void {
    if (bytes === 0) this.#expect('magic', 4);
    else this.#expect('skippable', bytes);
  }

  #readDescriptor(descriptor: number): void {
    const isSingleSegment = (descriptor & 0x20) !== 0;
    this.#hasChecksum = (descriptor & 0x04) !== 0;
    const dictionaryId = DICTIONARY_ID_BYTES[descriptor & 3] ?? 0;
    const sizeFlag = descriptor >> 6;
    const contentSize = sizeFlag === 0 && isSingleSegment ? 1 : (CONTENT_SIZE_BYTES[sizeFlag] ?? 0);
    // Never empty: without a single segment there is a window descriptor, with one a content size.
    this.#expect('header', (isSingleSegment ? 0 : 1) + dictionaryId + contentSize);
  }

  #readBlockHeader(header: number): void {
    this.#isLastBlock = (header & 1) !== 0;
    const isRunLength = ((header >> 1) & 3) === 1;
    const size = isRunLength ? 1 : header >> 3;
    if (size === 0) this.#endBlock();
    else this.#expect('block', size);
  }

  #endBlock(): void {
    if (!this.#isLastBlock) this.#expect('block-header', 3);
    else if (this.#hasChecksum) this.#expect('checksum', 4);
    else this.#expect('magic', 4);
  }
}
