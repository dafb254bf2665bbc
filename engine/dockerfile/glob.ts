/** One place in a pattern: what it takes, and what may follow it. */
export type GlobStep =
  /** `is`: the one character that it takes, if there is only one. */
  | { readonly kind: 'char'; readonly takes: (char: string) => boolean; readonly is?: string | undefined }
  /** Any number of characters that it takes. */
  | { readonly kind: 'many'; readonly takes: (char: string) => boolean }
  /** Nothing, or any beginning that ends with a slash: `**` and its slash. */
  | { readonly kind: 'directories' };

/**
 * A pattern walked over a text with all its possibilities side by side: the time it takes is the product of both
 * lengths, whatever was thought up to slow it down.
 */
export class Glob {
  readonly #steps: readonly GlobStep[];
  /** The longest part that stands in whatever matches: most texts don't have it, and need no walk. */
  readonly needle: string;

  constructor(steps: readonly GlobStep[]) {
    this.#steps = steps;
    this.needle = longestText(steps);
  }

  matches(text: string): boolean {
    if (!text.includes(this.needle)) return false;
    const chars = Array.from(text);
    return this.lengths(chars).at(-1) === chars.length;
  }

  /** How many characters from `from` on it may take, ascending. */
  lengths(chars: readonly string[], from = 0): readonly number[] {
    const found: number[] = [];
    let places = this.#closure([0]);
    for (let at = from; ; at += 1) {
      if (places.has(this.#steps.length)) found.push(at - from);
      const char = chars[at];
      if (char === undefined || places.size === 0) return found;
      places = this.#closure([...places].flatMap((place) => this.#after(place, char)));
    }
  }

  /** Places are steps; half a step more is amid directories. */
  #after(place: number, char: string): number[] {
    const step = this.#steps[Math.floor(place)];
    if (step === undefined) return [];
    if (step.kind === 'directories') {
      const amid = Math.floor(place) + 0.5;
      return char === '/' ? [amid, amid + 0.5] : [amid];
    }
    if (!step.takes(char)) return [];
    return step.kind === 'many' ? [place] : [place + 1];
  }

  /** With all that is reached by taking nothing. */
  #closure(places: readonly number[]): Set<number> {
    const all = new Set<number>();
    for (const place of places) {
      let next = place;
      all.add(next);
      while (Number.isInteger(next) && (this.#steps[next]?.kind ?? 'char') !== 'char') {
        next += 1;
        all.add(next);
      }
    }
    return all;
  }
}

function longestText(steps: readonly GlobStep[]): string {
  let longest = '';
  let now = '';
  for (const step of steps) {
    now = step.kind === 'char' && step.is !== undefined ? now + step.is : '';
    if (now.length > longest.length) longest = now;
  }
  return longest;
}
