import type { DiffHunk, DiffLine } from '#engine/contract/file-diff.ts';

type Kind = DiffLine['kind'];

/** Texts that differ by more lines than this are told as replaced, all of them: nobody reads them one by one. */
const MOST_DIFFERENCES = 3000;

/** What leads from one text to another, line by line, with so many lines around each difference. */
export function diffTexts(before: string, now: string, around: number): readonly DiffHunk[] {
  const a = linesOf(before);
  const b = linesOf(now);
  return hunksOf(alignLines(a, b), { a, b, around });
}

/** Each line of both once, in their order: `same` stands for one of each. */
export function alignLines(a: readonly string[], b: readonly string[]): readonly DiffLine['kind'][] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const middle = compare(a.slice(start, a.length - end), b.slice(start, b.length - end));
  return [...same(start), ...middle, ...same(end)];
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function same(count: number): readonly Kind[] {
  return Array.from({ length: count }, () => 'same' as const);
}

/**
 * How far each way has come along its diagonal after some steps: on diagonal k, from -steps to steps, this many lines of
 * the text before are behind it. Every other diagonal is empty.
 */
class Reached {
  readonly #steps: number;
  readonly #far: Int32Array;

  constructor(steps: number) {
    this.#steps = steps;
    this.#far = new Int32Array(2 * steps + 3).fill(-1);
  }

  at(diagonal: number): number {
    return this.#far[diagonal + this.#steps + 1] ?? -1;
  }

  set(diagonal: number, x: number): void {
    this.#far[diagonal + this.#steps + 1] = x;
  }
}

/** The shortest way (Myers, "An O(ND) difference algorithm", 1986), unless it is long. */
function compare(a: readonly string[], b: readonly string[]): readonly Kind[] {
  let reached = new Reached(0);
  reached.set(1, 0);
  const trace: Reached[] = [];
  for (let steps = 0; steps <= Math.min(MOST_DIFFERENCES, a.length + b.length); steps += 1) {
    trace.push(reached);
    const next = new Reached(steps);
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      const x = slide(a, b, { from: stepTo(reached, diagonal, steps), diagonal });
      next.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return walkBack(trace, a.length, b.length);
    }
    reached = next;
  }
  return [...a.map(() => 'removed' as const), ...b.map(() => 'added' as const)];
}

/** Down (a line added) or right (one removed): whichever of the neighbours has come further. */
function isDown(reached: Reached, diagonal: number, steps: number): boolean {
  if (diagonal === -steps) return true;
  return diagonal !== steps && reached.at(diagonal - 1) < reached.at(diagonal + 1);
}

function stepTo(reached: Reached, diagonal: number, steps: number): number {
  return isDown(reached, diagonal, steps) ? reached.at(diagonal + 1) : reached.at(diagonal - 1) + 1;
}

function slide(
  a: readonly string[],
  b: readonly string[],
  { from, diagonal }: { readonly from: number; readonly diagonal: number },
): number {
  let x = from;
  while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1;
  return x;
}

function walkBack(trace: readonly Reached[], endX: number, endY: number): readonly Kind[] {
  const kinds: Kind[] = [];
  let x = endX;
  let y = endY;
  for (const [steps, reached] of [...trace.entries()].toReversed()) {
    const diagonal = x - y;
    const down = isDown(reached, diagonal, steps);
    const earlier = down ? diagonal + 1 : diagonal - 1;
    const fromX = reached.at(earlier);
    const fromY = fromX - earlier;
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      kinds.push('same');
      x -= 1;
      y -= 1;
    }
    if (steps > 0) kinds.push(down ? 'added' : 'removed');
    x = fromX;
    y = fromY;
  }
  return kinds.toReversed();
}

interface Texts {
  readonly a: readonly string[];
  readonly b: readonly string[];
  readonly around: number;
}

function hunksOf(kinds: readonly Kind[], { a, b, around }: Texts): readonly DiffHunk[] {
  const hunks: { before: number; now: number; lines: DiffLine[] }[] = [];
  const isShown = shownLines(kinds, around);
  let [before, now] = [0, 0];
  for (const [index, kind] of kinds.entries()) {
    if (isShown[index] === 1) {
      if (isShown[index - 1] !== 1) hunks.push({ before: before + 1, now: now + 1, lines: [] });
      hunks.at(-1)?.lines.push({ kind, text: (kind === 'added' ? b[now] : a[before]) ?? '' });
    }
    if (kind !== 'added') before += 1;
    if (kind !== 'removed') now += 1;
  }
  return hunks;
}

/** 1 for each line that differs, or stands near one that does. */
function shownLines(kinds: readonly Kind[], around: number): Uint8Array {
  const isShown = new Uint8Array(kinds.length);
  for (const [index, kind] of kinds.entries()) {
    if (kind !== 'same') isShown.fill(1, Math.max(0, index - around), index + around + 1);
  }
  return isShown;
}
