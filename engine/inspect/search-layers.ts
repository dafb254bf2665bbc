import { setImmediate as turn } from 'node:timers/promises';

import { pathText } from '#engine/archive/path-text.ts';

import { hidesBelow, type LowerEntry } from './hidden-above.ts';
import type { SearchColumns } from './search-columns.ts';
import { matchingEntries } from './search-matches.ts';
import { searchPattern } from './search-pattern.ts';
import type { FoundEntry, FoundInImage, FoundReport, SearchReport, SearchTask } from './search-task.ts';

/** Entries are told so many at a time at the most, and at the end of each layer. */
const ENTRIES_A_REPORT = 100;

export interface SearchSurroundings {
  /** Undefined for a layer that has gone meanwhile. */
  readonly columnsOf: (indexPath: string) => Promise<SearchColumns | undefined>;
  readonly isCancelled: () => boolean;
}

/** Goes through the layers one after the other; every match counts, those of the page asked for are told. */
export async function* searchLayers(task: SearchTask, around: SearchSurroundings): AsyncGenerator<SearchReport> {
  const search = new Search(task, around);
  for (const place of task.indexPaths.keys()) {
    yield* search.layer(place);
    if (around.isCancelled()) return;
  }
  yield search.report(true);
}

class Search {
  readonly #task: SearchTask;
  readonly #around: SearchSurroundings;
  readonly #pattern;
  #entries: FoundEntry[] = [];
  #matches = 0;
  #layersSearched = 0;
  #entriesSearched = 0;

  constructor(task: SearchTask, around: SearchSurroundings) {
    this.#task = task;
    this.#around = around;
    this.#pattern = searchPattern(task.query);
  }

  async *layer(place: number): AsyncGenerator<SearchReport> {
    const columns = await this.#columns(place);
    this.#layersSearched += 1;
    if (columns === undefined) return;
    for (const entry of await matchingEntries(columns, this.#pattern)) {
      if (entry !== undefined && this.#counts(columns, entry)) {
        this.#entries.push(await this.#found(columns, place, entry));
      }
      if (this.#entries.length >= ENTRIES_A_REPORT) yield this.report(false);
      if (entry === undefined) yield { kind: 'alive' };
      if (entry === undefined && (await this.#isLeft())) return;
    }
    this.#entriesSearched += columns.count;
    yield this.#entries.length > 0 ? this.report(false) : { kind: 'alive' };
    await turn();
  }

  report(isDone: boolean): FoundReport {
    const entries = this.#entries;
    this.#entries = [];
    const [matches, layersSearched, entriesSearched] = [this.#matches, this.#layersSearched, this.#entriesSearched];
    return { kind: 'found', entries, matches, layersSearched, entriesSearched, isDone };
  }

  async #isLeft(): Promise<boolean> {
    await turn();
    return this.#around.isCancelled();
  }

  /** A whiteout is nothing of that name: what it hides is told by what it hides. @returns whether it is on the page. */
  #counts(columns: SearchColumns, entry: number): boolean {
    if (columns.type(entry) === 'whiteout') return false;
    const { offset, limit } = this.#task;
    const rank = this.#matches;
    this.#matches += 1;
    return rank >= offset && rank < offset + limit;
  }

  async #found(columns: SearchColumns, layer: number, entry: number): Promise<FoundEntry> {
    const names = columns.names(entry);
    const type = columns.type(entry);
    return {
      layer,
      path: `/${names.map(pathText).join('/')}`,
      type,
      ...(await columns.contentFacts(entry)),
      images: await this.#imagesOf(layer, { names, isDirectory: type === 'directory' }),
    };
  }

  async #imagesOf(place: number, entry: LowerEntry): Promise<FoundInImage[]> {
    const known = new Map<number, boolean>();
    const found: FoundInImage[] = [];
    for (const [image, stack] of this.#task.stacks.entries()) {
      const layer = stack.lastIndexOf(place);
      if (layer === -1) continue;
      found.push({ image, layer, hiddenBy: await this.#firstAbove(stack, layer, { entry, known }) });
    }
    return found;
  }

  async #firstAbove(
    stack: readonly number[],
    layer: number,
    { entry, known }: { readonly entry: LowerEntry; readonly known: Map<number, boolean> },
  ): Promise<number | undefined> {
    for (const [above, place] of stack.entries()) {
      if (above > layer && (await this.#hides(place, entry, known))) return above;
    }
    return undefined;
  }

  /** Many images have the same layers above. */
  async #hides(place: number, entry: LowerEntry, known: Map<number, boolean>): Promise<boolean> {
    const before = known.get(place);
    if (before !== undefined) return before;
    const columns = await this.#columns(place);
    const isHidden = columns !== undefined && hidesBelow(columns, entry);
    known.set(place, isHidden);
    return isHidden;
  }

  async #columns(place: number): Promise<SearchColumns | undefined> {
    const path = this.#task.indexPaths[place];
    return path === undefined ? undefined : this.#around.columnsOf(path);
  }
}
