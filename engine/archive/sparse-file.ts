import type { Segment, SparseMap } from './sparse-map.ts';

/** Never written to. */
const ZEROS = Buffer.alloc(256 * 1024);

/** A sparse file made whole again, while the bytes that the tar has of it come. */
export class SparseFile {
  readonly #map: SparseMap;
  /** Of the whole file, told so far. */
  #at = 0;
  #segment = 0;

  constructor(map: SparseMap) {
    this.#map = map;
  }

  /** The next bytes that the tar has, with the zeros that stand before and between them. */
  *whole(stored: Buffer): Generator<Buffer> {
    for (let rest = stored; rest.length > 0;) {
      const { offset, length } = this.#next();
      yield* this.#zerosUntil(offset);
      const part = rest.subarray(0, offset + length - this.#at);
      this.#at += part.length;
      yield part;
      rest = rest.subarray(part.length);
    }
  }

  /** Once all that is stored has come: the zeros at the end. */
  end(): Generator<Buffer> {
    return this.#zerosUntil(this.#map.size);
  }

  /** The segment that is not through; empty ones only say how far the file goes. */
  #next(): Segment {
    const { segments, size } = this.#map;
    for (; this.#segment < segments.length; this.#segment += 1) {
      const segment = segments[this.#segment];
      if (segment !== undefined && segment.length > 0 && this.#at < segment.offset + segment.length) return segment;
    }
    return { offset: size, length: 0 };
  }

  *#zerosUntil(offset: number): Generator<Buffer> {
    while (this.#at < offset) {
      const zeros = ZEROS.subarray(0, Math.min(ZEROS.length, offset - this.#at));
      this.#at += zeros.length;
      yield zeros;
    }
  }
}
