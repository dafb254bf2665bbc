import type { Span } from './stack-shape.ts';

/** What a key makes of the chosen layers; undefined for a key that moves nothing. @param top index of the top layer. */
export function movedSpan(key: string, { from, to }: Span, { top, isExtending }: Moves): Span | undefined {
  const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[key];
  if (step !== undefined)
    return isExtending ? extended({ from, to }, to + step, top) : scrubbed({ from, to }, step, top);
  if (key === 'Home') return { from: 0, to: 0 };
  if (key === 'End') return { from: top, to: top };
  return undefined;
}

interface Moves {
  readonly top: number;
  /** Whether the beginning stays where it is. */
  readonly isExtending: boolean;
}

/** What is shown from the base up keeps growing from it; any other range moves as it is. */
function scrubbed({ from, to }: Span, step: number, top: number): Span {
  const next = Math.min(top, Math.max(0, to + step));
  if (from === 0 && to > 0 && next > 0) return { from: 0, to: next };
  const start = Math.max(0, from + next - to);
  return { from: Math.min(start, next), to: next };
}

function extended({ from }: Span, to: number, top: number): Span {
  const end = Math.min(top, Math.max(0, to));
  return { from: Math.min(from, end), to: end };
}

/** The layers between where a drag began and where it is. */
export function draggedSpan(anchor: number, index: number): Span {
  return { from: Math.min(anchor, index), to: Math.max(anchor, index) };
}

const LEAST_BYTES = 1e3;
const MOST_BYTES = 1e9;

/** Percent: grows with the logarithm of the bytes, and is never quite nothing. */
export function barHeight(bytes: number): number {
  const share = Math.log(Math.max(bytes, LEAST_BYTES) / LEAST_BYTES) / Math.log(MOST_BYTES / LEAST_BYTES);
  return Math.round(8 + 92 * Math.min(1, share));
}
