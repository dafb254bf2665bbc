import type { EntryType } from '#engine/contract/layer.ts';

import type { SearchQuery } from './search-pattern.ts';

/*
 * What is said between the engine and the thread that searches: plain data, and types alone, so that the thread is there
 * without loading what checks it. It knows layers and images by their places in the task only.
 */

export interface SearchTask {
  readonly kind: 'search';
  readonly id: number;
  readonly query: SearchQuery;
  readonly offset: number;
  readonly limit: number;
  /** Of each layer the file of its entry index. */
  readonly indexPaths: readonly string[];
  /** Of each image its layers, base first. */
  readonly stacks: readonly (readonly number[])[];
}

export type SearchRequestToThread = SearchTask | { readonly kind: 'cancel' | 'heard' | 'end'; readonly id: number };

export interface FoundInImage {
  readonly image: number;
  /** Both are places in the image's stack. */
  readonly layer: number;
  readonly hiddenBy: number | undefined;
}

export interface FoundEntry {
  readonly layer: number;
  readonly path: string;
  readonly type: EntryType;
  readonly size: number;
  /** 64 digits. */
  readonly contentHex: string | undefined;
  readonly images: readonly FoundInImage[];
}

export interface FoundReport {
  readonly kind: 'found';
  readonly entries: readonly FoundEntry[];
  readonly matches: number;
  readonly layersSearched: number;
  readonly entriesSearched: number;
  readonly isDone: boolean;
}

/** Any number of each; one that is done comes last. */
export type SearchReport =
  | FoundReport
  /** It still gets on. */
  | { readonly kind: 'alive' };
