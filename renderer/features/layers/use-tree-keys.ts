import { type KeyboardEvent, useRef } from 'react';

import { parentOf } from '#renderer/stores/layer-tree-rows.ts';
import type { TreeListing } from '#renderer/stores/tree-listing.ts';

interface TreeKeys {
  readonly lines: TreeListing;
  /** Index of the line that has the focus; -1 when none has. */
  readonly active: number;
  readonly onActive: (index: number) => void;
  readonly onToggle: (path: string) => void;
}

const PAGE = 20;
const TYPING_MS = 700;

/** The keys of a tree grid (WAI-ARIA Authoring Practices, "Treegrid", rows first). */
export function useTreeKeys({ lines, active, onActive, onToggle }: TreeKeys): (event: KeyboardEvent) => void {
  const typed = useRef({ text: '', at: 0 });
  const go = (index: number): void => onActive(Math.max(0, Math.min(lines.length - 1, index)));
  const line = lines.at(active);
  const collapse = (): void => {
    if (line?.isOpen === true && line.row !== undefined) onToggle(line.row.path);
    else if (line !== undefined && line.level > 1) go(lines.indexOf(line.parent));
  };
  const expand = (): void => {
    if (line?.row?.hasChildren !== true) return;
    if (line.isOpen) go(active + 1);
    else onToggle(line.row.path);
  };
  const toggle = (): void => {
    if (line?.row?.hasChildren === true) onToggle(line.row.path);
  };
  const actions: Readonly<Record<string, () => void>> = {
    ArrowDown: () => go(active + 1),
    ArrowUp: () => go(active - 1),
    PageDown: () => go(active + PAGE),
    PageUp: () => go(active - PAGE),
    Home: () => go(0),
    End: () => go(lines.length - 1),
    ArrowLeft: collapse,
    ArrowRight: expand,
    Enter: toggle,
  };
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actions[event.key];
    if (action !== undefined) {
      event.preventDefault();
      action();
      return;
    }
    if (event.key.length !== 1 || event.key === ' ') return;
    const now = event.timeStamp;
    const { text, at } = typed.current;
    typed.current = { text: (now - at > TYPING_MS ? '' : text) + event.key.toLowerCase(), at: now };
    const found = findByName(lines, active, typed.current.text);
    if (found !== undefined) go(found);
  };
}

/** The next line, round the end, whose name begins so, of those that have been in view. */
function findByName(lines: TreeListing, active: number, text: string): number | undefined {
  // One letter goes on to the next that has it, more of them refine the line that is found.
  const start = Math.max(0, text.length === 1 ? active + 1 : active);
  let first: number | undefined;
  for (const [line, { name }] of lines.loaded()) {
    if (!name.toLowerCase().startsWith(text)) continue;
    if (line >= start) return line;
    first ??= line;
  }
  return first;
}

/** The line of a path, or of the nearest directory above it that is drawn. */
export function indexOfPath(lines: TreeListing, path: string): number {
  for (let at = path; at !== '/'; at = parentOf(at)) {
    const index = lines.indexOf(at);
    if (index !== -1) return index;
  }
  return -1;
}
