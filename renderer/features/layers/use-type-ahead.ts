import { type KeyboardEvent, useRef } from 'react';

import type { TreeRow } from '#engine/contract/layer.ts';
import type { TreeListing } from '#renderer/stores/tree-listing.ts';
import type { TreeBrowsing } from '#renderer/stores/tree-pages.ts';

export interface TypeAhead {
  readonly lines: TreeListing;
  /** Index of the line that has the focus; -1 when none has. */
  readonly active: number;
  readonly browsing: TreeBrowsing;
  readonly onActive: (index: number) => void;
  readonly onSelect: (row: TreeRow) => void;
}

/** What has been typed without a pause. */
interface Typed {
  readonly text: string;
  /** When the last letter came: milliseconds. */
  readonly at: number;
  /** The line after the one that it was begun at: more letters refine what the first has led to. */
  readonly start: number;
}

const PAUSE_MS = 700;
const nothing: Typed = { text: '', at: -Infinity, start: 0 };

/**
 * Goes to the next line whose name begins with what is typed. Of a directory that isn't all here the engine is asked,
 * which has all of its names. @returns whether the key was a letter.
 */
export function useTypeAhead(tree: TypeAhead): (event: KeyboardEvent) => boolean {
  const typed = useRef(nothing);
  return (event) => {
    const isLetter = event.key.length === 1 && event.key !== ' ';
    // Any other key goes its own way, and what has been asked for comes too late.
    typed.current = isLetter ? withLetter(typed.current, event, tree.active + 1) : nothing;
    if (isLetter) void goTo(tree, typed.current, () => typed.current);
    return isLetter;
  };
}

function withLetter({ text, at, start }: Typed, { key, timeStamp }: KeyboardEvent, next: number): Typed {
  const isFirst = timeStamp - at > PAUSE_MS;
  return { text: (isFirst ? '' : text) + key.toLowerCase(), at: timeStamp, start: isFirst ? next : start };
}

async function goTo(tree: TypeAhead, typed: Typed, latest: () => Typed): Promise<void> {
  const { lines, browsing } = tree;
  const { unfinished } = lines;
  const near = placesNear(lines, typed.start).filter(({ path }) => unfinished.includes(path));
  const far = unfinished
    .filter((path) => near.every((place) => place.path !== path))
    .map((path) => ({ path, from: 0 }));
  const seek = async (places: readonly Place[]): Promise<boolean> => {
    for (const { path, from } of places) {
      const row = await browsing.seek(path, { text: typed.text, from });
      if (latest() !== typed) return true;
      if (row === undefined) continue;
      tree.onSelect(row);
      return true;
    }
    return false;
  };
  if (await seek(near)) return;
  const found = findLoaded(lines, typed);
  if (found === undefined) await seek(far);
  else tree.onActive(found);
}

/** Where in a directory the looking begins. */
interface Place {
  readonly path: string;
  readonly from: number;
}

/** What the next line stands in, and then what the line before it does. */
function placesNear(lines: TreeListing, start: number): readonly Place[] {
  const [before, next] = [lines.at(start - 1), lines.at(start)];
  return [
    ...(next === undefined ? [] : [{ path: next.parent, from: next.index }]),
    ...(before === undefined || before.parent === next?.parent
      ? []
      : [{ path: before.parent, from: before.index + 1 }]),
  ];
}

/** The next line, round the end, of those that are here. */
function findLoaded(lines: TreeListing, { text, start }: Typed): number | undefined {
  let first: number | undefined;
  for (const [line, { name }] of lines.loaded()) {
    if (!name.toLowerCase().startsWith(text)) continue;
    if (line >= start) return line;
    first ??= line;
  }
  return first;
}
