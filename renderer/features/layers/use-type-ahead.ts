import { type KeyboardEvent, useRef } from 'react';

import type { TreeRow } from '#engine/contract/layer.ts';
import { type Directories, isWhole, ROOT } from '#renderer/stores/layer-tree-rows.ts';
import type { TreeListing } from '#renderer/stores/tree-listing.ts';
import type { TreeBrowsing } from '#renderer/stores/tree-pages.ts';

export interface TypeAhead {
  readonly lines: TreeListing;
  readonly directories: Directories;
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
  const { lines, directories, browsing } = tree;
  const before = lines.at(typed.start - 1);
  const parent = before?.parent ?? ROOT;
  const directory = directories[parent];
  if (directory !== undefined && !isWhole(directory)) {
    const row = await browsing.seek(parent, { text: typed.text, from: (before?.index ?? -1) + 1 });
    if (latest() !== typed) return;
    if (row !== undefined) return tree.onSelect(row);
  }
  const found = findLoaded(lines, typed);
  if (found !== undefined) tree.onActive(found);
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
