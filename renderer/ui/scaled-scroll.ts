/*
 * Browsers draw no element that is taller than some tens of millions of pixels (Chromium: 2^25), which is less than two
 * million rows. A longer list stands in a space of that height, and the bar's way is scaled to the content's.
 */

/** Pixels. */
export interface ScrollSpace {
  /** Of all rows. */
  readonly content: number;
  /** Of what is seen of them. */
  readonly view: number;
}

/** Where a list stands, in pixels: of its content, and of its scroll bar. The same, unless the content is too tall. */
export interface ScrollPlace {
  readonly top: number;
  readonly bar: number;
}

export const TALLEST = 15_000_000;

/** Of the element that is scrolled. */
export function spaceHeight(content: number): number {
  return Math.min(content, TALLEST);
}

/** The place of a content that is scrolled to by what isn't the bar. */
export function placeOf(space: ScrollSpace, top: number): ScrollPlace {
  const last = Math.max(0, space.content - space.view);
  const inside = Math.max(0, Math.min(last, top));
  return { top: inside, bar: last === 0 ? 0 : (inside / last) * barWay(space) };
}

/**
 * Where a list stands once its bar has moved. A step of the wheel goes as far through the content as it does on the
 * screen; only a pull at the bar goes through as much of it as of the bar's way.
 */
export function movedTo(space: ScrollSpace, before: ScrollPlace, bar: number): ScrollPlace {
  const last = Math.max(0, space.content - space.view);
  const way = barWay(space);
  if (way === last) return { top: bar, bar };
  const step = bar - before.bar;
  const top = Math.abs(step) <= space.view ? before.top + step : (bar / way) * last;
  return { top: Math.max(0, Math.min(last, top)), bar };
}

function barWay({ content, view }: ScrollSpace): number {
  return Math.max(0, spaceHeight(content) - view);
}
