import { EngineError } from '#engine/contract/errors.ts';

/** How much may come out of what is compressed. */
export interface ExpansionLimits {
  /** Bytes for each byte that went in. */
  readonly ratio: number;
  /** Bytes in all. */
  readonly bytes: number;
}

/** A few bytes may well become some megabytes of zeros; nobody minds those. */
const FREE_BYTES = 64 * 1024 * 1024;

/** gzip reaches 1,032 at most, zstd on a disk image's zeros more; an image that is honest stays far below. */
const USUAL_RATIO = 2000;
const USUAL_BYTES = 256 * 1024 ** 3;

/** As the environment has them, which reaches the threads that unpack: `ESTRATO_UNPACK_RATIO`, `ESTRATO_UNPACK_BYTES`. */
export function usualLimits(env: Readonly<Record<string, string | undefined>> = process.env): ExpansionLimits {
  return {
    ratio: numberIn(env['ESTRATO_UNPACK_RATIO']) ?? USUAL_RATIO,
    bytes: numberIn(env['ESTRATO_UNPACK_BYTES']) ?? USUAL_BYTES,
  };
}

/** What may come out of so many bytes in all. */
export function mostBytesOf({ ratio, bytes }: ExpansionLimits, compressedSize: number): number {
  return Math.min(bytes, Math.max(FREE_BYTES, compressedSize * ratio));
}

/** Of sparse files, which are mostly not there. */
export function holesTooLarge(name: string): EngineError {
  return new EngineError(
    'too-large',
    `with ${name} its sparse files become larger than the limits for what is unpacked allow; if that is meant, start the engine with a larger --max-unpack-ratio or --max-unpack-size`,
  );
}

/** Counts what goes into a decompressor and what comes out of it. */
export class Expansion {
  readonly #limits: ExpansionLimits;
  #in = 0;
  #out = 0;

  constructor(limits: ExpansionLimits) {
    this.#limits = limits;
  }

  async *into(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.#in += chunk.byteLength;
      yield chunk;
    }
  }

  /** @throws EngineError `too-large` as soon as it is more than the limits allow. */
  async *outOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.#out += chunk.byteLength;
      this.#check();
      yield chunk;
    }
  }

  #check(): void {
    const { ratio, bytes } = this.#limits;
    if (this.#out > bytes) {
      throw new EngineError(
        'too-large',
        `it unpacks to more than ${bytes} bytes, which is the limit; if that is meant, start the engine with a larger --max-unpack-size`,
      );
    }
    if (this.#out > FREE_BYTES && this.#out > this.#in * ratio) {
      throw new EngineError(
        'too-large',
        `it unpacks to more than ${ratio} times its size, as only something built to fill a disk does; if that is meant, start the engine with a larger --max-unpack-ratio`,
      );
    }
  }
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
