interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Lines that follow one another in both texts, from these numbers on. */
export interface DiffHunk {
  readonly before: number;
  readonly now: number;
  readonly lines: readonly DiffLine[];
}

/** A line with where it stands in each of the two texts, from 1, and which of its letters changed. */
export interface PlacedLine extends DiffLine {
  readonly before: number | undefined;
  readonly now: number | undefined;
  /** From `start` up to, not including, `end`; nothing where the whole line came or went, or none of it. */
  readonly changed: { readonly start: number; readonly end: number };
}

export type DiffRow =
  /** Stands for the lines between two parts. */
  | { readonly kind: 'left-out' }
  | { readonly kind: 'inline'; readonly line: PlacedLine }
  | { readonly kind: 'split'; readonly before: PlacedLine | undefined; readonly now: PlacedLine | undefined };

/** The lines of both texts, one below the other. */
export function inlineRows(hunks: readonly DiffHunk[]): readonly DiffRow[] {
  return rowsOf(hunks, ({ removed, added, same }) =>
    [...removed, ...added, ...same].map((line) => ({ kind: 'inline', line })),
  );
}

/** The text before on one side, the one now on the other; what was replaced beside what replaced it. */
export function splitRows(hunks: readonly DiffHunk[]): readonly DiffRow[] {
  return rowsOf(hunks, ({ removed, added, same }) => [
    ...Array.from({ length: Math.max(removed.length, added.length) }, (_, index) => ({
      kind: 'split' as const,
      before: removed[index],
      now: added[index],
    })),
    ...same.map((line) => ({ kind: 'split' as const, before: line, now: line })),
  ]);
}

/** Lines that went and those that came in their place, or lines that stayed. */
interface Block {
  readonly removed: readonly PlacedLine[];
  readonly added: readonly PlacedLine[];
  readonly same: readonly PlacedLine[];
}

function rowsOf(hunks: readonly DiffHunk[], draw: (block: Block) => readonly DiffRow[]): readonly DiffRow[] {
  return hunks.flatMap((hunk) => [
    ...(hunk.before === 1 || hunk.now === 1 ? [] : [{ kind: 'left-out' } as const]),
    ...blocksOf(hunk).flatMap((block) => draw(block)),
  ]);
}

function blocksOf(hunk: DiffHunk): readonly Block[] {
  const blocks: { removed: PlacedLine[]; added: PlacedLine[]; same: PlacedLine[] }[] = [];
  let [before, now] = [hunk.before, hunk.now];
  for (const { kind, text } of hunk.lines) {
    const last = blocks.at(-1);
    // What stays ends a block; so does what goes after something has come.
    const isNew =
      last === undefined || (kind !== 'same' && last.same.length > 0) || (kind === 'removed' && last.added.length > 0);
    const block = isNew ? { removed: [], added: [], same: [] } : last;
    if (isNew) blocks.push(block);
    block[kind].push({
      kind,
      text,
      before: kind === 'added' ? undefined : before,
      now: kind === 'removed' ? undefined : now,
      changed: { start: 0, end: 0 },
    });
    if (kind !== 'added') before += 1;
    if (kind !== 'removed') now += 1;
  }
  return blocks.map(withChangedLetters);
}

/** Of lines that stand for one another, only the letters in the middle that differ are said to have changed. */
function withChangedLetters({ removed, added, same }: Block): Block {
  const mark = (lines: readonly PlacedLine[], others: readonly PlacedLine[]): PlacedLine[] =>
    lines.map((line, index) => {
      const other = others[index];
      return other === undefined ? line : { ...line, changed: middleOf(line.text, other.text) };
    });
  return { removed: mark(removed, added), added: mark(added, removed), same };
}

/** Lines with less than this in common are simply other lines. */
const LEAST_IN_COMMON = 0.3;

function middleOf(text: string, other: string): PlacedLine['changed'] {
  const shorter = Math.min(text.length, other.length);
  let start = 0;
  while (start < shorter && text[start] === other[start]) start += 1;
  let end = 0;
  while (end < shorter - start && text.at(-1 - end) === other.at(-1 - end)) end += 1;
  const inCommon = (start + end) / Math.max(1, text.length, other.length);
  return inCommon < LEAST_IN_COMMON ? { start: 0, end: 0 } : { start, end: text.length - end };
}
