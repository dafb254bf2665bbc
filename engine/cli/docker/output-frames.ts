import { once } from 'node:events';

/** Eight bytes before each piece of output without a terminal: the stream, three zeros, the length (Docker Engine API, attach). */
const HEADER = 8;
const STDERR = 2;

export interface Output {
  readonly stdout: (bytes: Buffer) => void;
  readonly stderr: (bytes: Buffer) => void;
}

/** Takes what comes apart into the two streams, whatever pieces it comes in. */
export class OutputFrames {
  readonly #output: Output;
  #header = Buffer.alloc(0);
  #left = 0;
  #isError = false;

  constructor(output: Output) {
    this.#output = output;
  }

  add(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) rest = this.#left > 0 ? this.#body(rest) : this.#head(rest);
  }

  #head(bytes: Buffer): Buffer {
    const missing = HEADER - this.#header.length;
    this.#header = Buffer.concat([this.#header, bytes.subarray(0, missing)]);
    if (this.#header.length === HEADER) {
      this.#isError = this.#header[0] === STDERR;
      this.#left = this.#header.readUInt32BE(4);
      this.#header = Buffer.alloc(0);
    }
    return bytes.subarray(missing);
  }

  #body(bytes: Buffer): Buffer {
    const piece = bytes.subarray(0, this.#left);
    this.#left -= piece.length;
    this.#output[this.#isError ? 'stderr' : 'stdout'](piece);
    return bytes.subarray(piece.length);
  }
}

/** Whoever reads this program's output slowly is waited for: nothing heaps up in it. */
export async function untilDrained(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) if (stream.writableNeedDrain) await once(stream, 'drain');
}
