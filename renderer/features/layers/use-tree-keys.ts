import type { KeyboardEvent } from 'react';

import { parentOf } from '#renderer/stores/layer-tree-rows.ts';
import type { TreeListing } from '#renderer/stores/tree-listing.ts';

import { type TypeAhead, useTypeAhead } from './use-type-ahead.ts';

const PAGE = 20;

/** The keys of a tree grid (WAI-ARIA Authoring Practices, "Treegrid", rows first). */
export function useTreeKeys(tree: TypeAhead): (event: KeyboardEvent) => void {
  const { lines, active, onActive, browsing } = tree;
  const typeAhead = useTypeAhead(tree);
  const go = (index: number): void => onActive(Math.max(0, Math.min(lines.length - 1, index)));
  const line = lines.at(active);
  const collapse = (): void => {
    if (line?.isOpen === true && line.row !== undefined) void browsing.toggle(line.row.path);
    else if (line !== undefined && line.level > 1) go(lines.indexOf(line.parent));
  };
  const expand = (): void => {
    if (line?.row?.hasChildren !== true) return;
    if (line.isOpen) go(active + 1);
    else void browsing.toggle(line.row.path);
  };
  const toggle = (): void => {
    if (line?.row?.hasChildren === true) void browsing.toggle(line.row.path);
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
    const action = typeAhead(event) ? undefined : actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };
}

/** The line of a path, or of the nearest directory above it that is drawn. */
export function indexOfPath(lines: TreeListing, path: string): number {
  for (let at = path; at !== '/'; at = parentOf(at)) {
    const index = lines.indexOf(at);
    if (index !== -1) return index;
  }
  return -1;
}
