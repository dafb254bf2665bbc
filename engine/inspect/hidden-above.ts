import type { SearchColumns } from './search-columns.ts';

/** An entry of a lower layer, by what layers above it go by. */
export interface LowerEntry {
  /** From the root down. */
  readonly names: readonly Buffer[];
  readonly isDirectory: boolean;
}

/**
 * Whether a layer takes away, or puts something else in the place of, an entry of the layers below (OCI image
 * specification, layer.md). A directory over a directory leaves it there.
 */
export function hidesBelow(columns: SearchColumns, { names, isDirectory }: LowerEntry): boolean {
  let at = 0;
  for (const [depth, name] of names.entries()) {
    if (columns.isOpaque(at)) return true;
    const child = columns.childNamed(at, name);
    if (child === undefined) return false;
    const type = columns.type(child);
    if (type !== 'directory') return true;
    if (depth === names.length - 1) return !isDirectory || columns.isOpaque(child);
    at = child;
  }
  return false;
}
