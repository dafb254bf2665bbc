/** Reads a part of a file; fewer bytes where it ends before. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

/** A part of the file that becomes a part of the running program. */
export interface ElfSegment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  /** Bytes in the file. */
  readonly size: number;
}

const MAGIC = Buffer.from('\x7fELF', 'latin1');
const HEADER_BYTES = 64;
/** As many as a real program never has. */
const MOST_SEGMENTS = 256;
const MOST_SECTIONS = 4096;
const SYMBOLS = 2;

/** Where fields stand, by the bits of an address (elf(5)). */
const layouts = {
  32: { segments: 28, sections: 32, segmentCount: 44, sectionCount: 48, segmentBytes: 32, sectionBytes: 40 },
  64: { segments: 32, sections: 40, segmentCount: 56, sectionCount: 60, segmentBytes: 56, sectionBytes: 64 },
} as const;
const segmentLayouts = {
  32: { offset: 4, address: 8, size: 16 },
  64: { offset: 8, address: 16, size: 32 },
} as const;

/** The tables of an ELF file, whichever of the four ways its numbers are written in. */
export class ElfFields {
  readonly read: ReadAt;
  readonly bits: 32 | 64;
  readonly isLittle: boolean;
  readonly #header: Buffer;

  private constructor(read: ReadAt, header: Buffer) {
    this.read = read;
    this.#header = header;
    this.bits = header[4] === 1 ? 32 : 64;
    this.isLittle = header[5] === 1;
  }

  /** Undefined for what isn't one. */
  static async open(read: ReadAt): Promise<ElfFields | undefined> {
    const header = await read(0, HEADER_BYTES);
    const isElf = header.length >= 52 && header.subarray(0, MAGIC.length).equals(MAGIC);
    const isKnown = [1, 2].includes(header[4] ?? 0) && [1, 2].includes(header[5] ?? 0);
    return isElf && isKnown && (header[4] === 1 || header.length === HEADER_BYTES)
      ? new ElfFields(read, header)
      : undefined;
  }

  get type(): number {
    return this.half(this.#header, 16);
  }

  get machine(): number {
    return this.half(this.#header, 18);
  }

  half(bytes: Buffer, at: number): number {
    if (at + 2 > bytes.length) return 0;
    return this.isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }

  /** 0 beyond the end. */
  word(bytes: Buffer, at: number): number {
    if (at + 4 > bytes.length) return 0;
    return this.isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }

  /** As wide as an address. */
  long(bytes: Buffer, at: number): number {
    if (this.bits === 32) return this.word(bytes, at);
    if (at + 8 > bytes.length) return 0;
    return Number(this.isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  }

  async segments(): Promise<readonly ElfSegment[]> {
    const { segments, segmentCount, segmentBytes } = layouts[this.bits];
    const { offset, address, size } = segmentLayouts[this.bits];
    const count = Math.min(this.half(this.#header, segmentCount), MOST_SEGMENTS);
    const table = await this.read(this.long(this.#header, segments), count * segmentBytes);
    return Array.from({ length: Math.floor(table.length / segmentBytes) }, (_, index) => {
      const at = index * segmentBytes;
      return {
        type: this.word(table, at),
        offset: this.long(table, at + offset),
        address: this.long(table, at + address),
        size: this.long(table, at + size),
      };
    });
  }

  /** Tags and values, up to the tag 0. */
  async pairs({ offset, size }: ElfSegment, limit: number): Promise<readonly (readonly [number, number])[]> {
    const table = await this.read(offset, Math.min(size, limit));
    const bytes = this.bits / 8;
    const pairs: [number, number][] = [];
    for (let at = 0; at + 2 * bytes <= table.length; at += 2 * bytes) {
      const tag = this.long(table, at);
      if (tag === 0) break;
      pairs.push([tag, this.long(table, at + bytes)]);
    }
    return pairs;
  }

  /** Whether the symbols' names are still there. */
  async hasSymbols(): Promise<boolean> {
    const { sections, sectionCount, sectionBytes } = layouts[this.bits];
    const count = Math.min(this.half(this.#header, sectionCount), MOST_SECTIONS);
    const table = await this.read(this.long(this.#header, sections), count * sectionBytes);
    for (let at = 0; at + sectionBytes <= table.length; at += sectionBytes) {
      if (this.word(table, at + 4) === SYMBOLS) return true;
    }
    return false;
  }
}
