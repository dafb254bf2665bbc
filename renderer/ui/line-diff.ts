/** A line of a comparison. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
  /** From 1; where it stands in each of the two. */
  readonly before: number | undefined;
  readonly now: number | undefined;
}

/** Lines that differ by more than this are told as replaced, all of them: nobody reads them one by one. */
const MOST_DIFFERENCES = 1000;

/** What leads from one text to another, line by line. */
export function diffLines(before: string, now: string): readonly DiffLine[] {
  const a = linesOf(before);
  const b = linesOf(now);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const middle = compare(a.slice(start, a.length - end), b.slice(start, b.length - end));
  const kinds = [...same(start), ...middle, ...same(end)];
  return numbered(kinds, a, b);
}

/** Only what differs, with so many lines around it; undefined stands for lines left out. */
export function withContext(lines: readonly DiffLine[], around: number): readonly (DiffLine | undefined)[] {
  const isShown = new Set<number>();
  for (const [index, { kind }] of lines.entries()) {
    if (kind === 'same') continue;
    for (let near = index - around; near <= index + around; near += 1) isShown.add(near);
  }
  return lines.flatMap((line, index) => {
    if (isShown.has(index)) return [line];
    return isShown.has(index - 1) || index === 0 ? [undefined] : [];
  });
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

type Kind = DiffLine['kind'];

function same(count: number): readonly Kind[] {
  return Array.from({ length: count }, () => 'same' as const);
}

/** The shortest way (Myers, "An O(ND) difference algorithm", 1986), unless it is long. */
function compare(a: readonly string[], b: readonly string[]): readonly Kind[] {
  const trace: Map<number, number>[] = [];
  let reached = new Map([[1, 0]]);
  for (let steps = 0; steps <= Math.min(MOST_DIFFERENCES, a.length + b.length); steps += 1) {
    trace.push(reached);
    const next = new Map(reached);
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
function isDown(reached: ReadonlyMap<number, number>, diagonal: number, steps: number): boolean {
  if (diagonal === -steps) return true;
  return diagonal !== steps && (reached.get(diagonal - 1) ?? -1) < (reached.get(diagonal + 1) ?? -1);
}

function stepTo(reached: ReadonlyMap<number, number>, diagonal: number, steps: number): number {
  if (isDown(reached, diagonal, steps)) return reached.get(diagonal + 1) ?? 0;
  return (reached.get(diagonal - 1) ?? 0) + 1;
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

function walkBack(trace: readonly ReadonlyMap<number, number>[], endX: number, endY: number): readonly Kind[] {
  const kinds: Kind[] = [];
  let x = endX;
  let y = endY;
  for (let steps = trace.length - 1; steps >= 0; steps -= 1) {
    const reached = trace[steps] ?? new Map<number, number>();
    const diagonal = x - y;
    const down = isDown(reached, diagonal, steps);
    const earlier = down ? diagonal + 1 : diagonal - 1;
    const fromX = reached.get(earlier) ?? 0;
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

function numbered(kinds: readonly Kind[], a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  let before = 0;
  let now = 0;
  return kinds.map((kind) => {
    if (kind !== 'added') before += 1;
    if (kind !== 'removed') now += 1;
    return {
      kind,
      text: (kind === 'removed' ? a[before - 1] : b[now - 1]) ?? '',
      before: kind === 'added' ? undefined : before,
      now: kind === 'removed' ? undefined : now,
    };
  });
}
