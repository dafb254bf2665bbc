import type { CopyItem } from './plan-copy.ts';
import type { SourceEntry } from './source-tree.ts';

interface Planned {
  readonly entries: readonly SourceEntry[];
  readonly items: readonly CopyItem[];
}

/** What steps have planned to copy of a tree whose entries are the same objects for as long as they are the same. */
export class PlanMemory {
  readonly #known = new Map<string, Planned>();
  readonly #used = new Set<string>();

  /** @param step everything that decides beside the entries. @param make what is planned where it isn't known. */
  async plan(
    step: string,
    entries: readonly SourceEntry[],
    make: () => Promise<readonly CopyItem[]>,
  ): Promise<readonly CopyItem[]> {
    this.#used.add(step);
    const known = this.#known.get(step);
    if (known !== undefined && isEqual(known.entries, entries)) return known.items;
    const items = await make();
    this.#known.set(step, { entries, items });
    return items;
  }

  /** Those that nobody has asked for since the last time. */
  forgetUnused(): void {
    for (const step of this.#known.keys()) if (!this.#used.has(step)) this.#known.delete(step);
    this.#used.clear();
  }
}

function isEqual(before: readonly SourceEntry[], now: readonly SourceEntry[]): boolean {
  if (before.length !== now.length) return false;
  for (let at = 0; at < now.length; at += 1) if (before[at] !== now[at]) return false;
  return true;
}
