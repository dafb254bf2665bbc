/** What to look for in a log. */
export interface LogQuery {
  readonly text: string;
  readonly isRegex: boolean;
  readonly matchCase: boolean;
}

export interface LogRange {
  readonly from: number;
  readonly to: number;
}

/** Finds the ranges of a line that match; undefined when there is nothing to look for. */
export type LogMatcher = (line: string) => readonly LogRange[];

export type CompiledQuery =
  | { readonly matcher: LogMatcher | undefined; readonly problem?: undefined }
  /** The sentence of the browser's regular expression parser. */
  | { readonly problem: string; readonly matcher?: undefined };

// A line with more matches than this is already nothing but highlight.
const MOST_RANGES = 200;

export function compileQuery(query: LogQuery): CompiledQuery {
  if (query.text === '') return { matcher: undefined };
  const source = query.isRegex ? query.text : query.text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  try {
    const pattern = new RegExp(source, query.matchCase ? 'gu' : 'giu');
    return { matcher: (line) => findRanges(pattern, line) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function findRanges(pattern: RegExp, line: string): readonly LogRange[] {
  const ranges: LogRange[] = [];
  for (const match of line.matchAll(pattern)) {
    if (match[0] !== '') ranges.push({ from: match.index, to: match.index + match[0].length });
    if (ranges.length === MOST_RANGES) break;
  }
  return ranges;
}

export interface Piece {
  readonly text: string;
  /** Which span of the line it is part of. */
  readonly span: number;
  readonly isMatch: boolean;
}

/** Cuts spans where matches begin and end, so that each piece has one style and is inside or outside of a match. */
export function cutByRanges(
  spans: readonly { readonly text: string }[],
  ranges: readonly LogRange[],
): readonly Piece[] {
  const pieces: Piece[] = [];
  let offset = 0;
  for (const [span, { text }] of spans.entries()) {
    const end = offset + text.length;
    const inside = ranges.filter((range) => range.to > offset && range.from < end);
    const cuts = inside.flatMap((range) => [Math.max(range.from, offset), Math.min(range.to, end)]);
    const bounds = [...new Set([offset, ...cuts, end])];
    for (const [index, from] of bounds.slice(0, -1).entries()) {
      const to = bounds[index + 1] ?? end;
      const isMatch = inside.some((range) => range.from <= from && range.to >= to);
      pieces.push({ text: text.slice(from - offset, to - offset), span, isMatch });
    }
    offset = end;
  }
  return pieces;
}
