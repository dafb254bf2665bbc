/** Where lines are written. */
interface Output {
  write(text: string): unknown;
}

/** A line that is longer than this is told in pieces: what never ends its line isn't kept until it does. */
const LONGEST_LINE = 64 * 1024;

/** Whole lines, so that those of several containers don't run into one another. */
export class PrefixedLines {
  readonly #prefix: string;
  readonly #stream: Output;
  #rest: Buffer[] = [];
  #restBytes = 0;

  constructor(prefix: string, stream: Output) {
    this.#prefix = prefix;
    this.#stream = stream;
  }

  add(bytes: Buffer): void {
    const end = bytes.lastIndexOf(10) + 1;
    if (end > 0) {
      const lines = Buffer.concat([...this.#take(), bytes.subarray(0, end - 1)])
        .toString('utf8')
        .split('\n');
      this.#stream.write(lines.map((line) => `${this.#prefix}${line}\n`).join(''));
    }
    this.#rest.push(bytes.subarray(end));
    this.#restBytes += bytes.length - end;
    if (this.#restBytes >= LONGEST_LINE) this.end();
  }

  end(): void {
    if (this.#restBytes > 0) {
      this.#stream.write(`${this.#prefix}${Buffer.concat(this.#take()).toString('utf8')}\n`);
    }
  }

  #take(): readonly Buffer[] {
    const rest = this.#rest;
    this.#rest = [];
    this.#restBytes = 0;
    return rest;
  }
}
