/** What a name begins with, whatever the case of its letters. */
export class NamePrefix {
  readonly #text: string;
  readonly #low: Uint8Array;
  readonly #high: Uint8Array;

  constructor(text: string) {
    this.#text = text.toLowerCase();
    const [low, high] = [Buffer.from(this.#text), Buffer.from(text.toUpperCase())];
    // Of letters whose two cases differ in length (ß, SS) nothing is told by their places.
    const isInStep = low.length === high.length;
    this.#low = isInStep ? low : Buffer.alloc(0);
    this.#high = isInStep ? high : Buffer.alloc(0);
  }

  begins(name: string): boolean {
    return name.toLowerCase().startsWith(this.#text);
  }

  /** Whether `begins` need be asked of the name in these bytes: of a million, nearly all are no text before they are told apart. */
  mayBegin(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < this.#low.length) return false;
    for (let at = 0; at < this.#low.length; at += 1) {
      const byte = bytes[start + at];
      if (byte !== this.#low[at] && byte !== this.#high[at]) return false;
    }
    return true;
  }
}
