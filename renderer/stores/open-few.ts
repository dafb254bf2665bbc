import type { TreePage } from '#engine/contract/layer.ts';

import { changesOf, type Directory, loadedRows, ROOT, withPage } from './layer-tree-rows.ts';
import type { OpenedTree } from './tree-pages.ts';

/** Changes that are opened by themselves: as many lines as a screen has, and not more questions than are answered at once. */
const MOST_OPENED_LINES = 36;
const MOST_OPENED_DIRECTORIES = 16;

/**
 * A tree with its changes standing open, where they are few: they needn't be looked for.
 * @param ask the first page of a directory.
 */
export async function openFew(root: Directory, ask: (path: string) => Promise<TreePage>): Promise<OpenedTree> {
  const directories: Record<string, Directory> = { [ROOT]: root };
  const open = new Set<string>();
  const waiting = changedDirectories(root);
  let lines = root.total;
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (open.size >= MOST_OPENED_DIRECTORIES) break;
    const directory = withPage(undefined, await ask(path), 0);
    if (lines + directory.total > MOST_OPENED_LINES) continue;
    lines += directory.total;
    directories[path] = directory;
    open.add(path);
    waiting.push(...changedDirectories(directory));
  }
  return { directories, open };
}

function changedDirectories(directory: Directory): string[] {
  return [...loadedRows(directory)]
    .map(([, row]) => row)
    .filter((row) => row.hasChildren && row.change !== 'removed' && changesOf(row) > 0)
    .map((row) => row.path);
}
