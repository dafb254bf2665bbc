import type { EntryChange, TreeSort } from '#engine/contract/layer.ts';

import type { PageRequest } from './page-at.ts';

/* What is asked of a range of layers whose tree is known: plain data. */

/** A page of one directory. */
export interface ListRequest extends PageRequest {
  readonly path: string;
  readonly changedOnly: boolean;
  /** Only what is so changed, or holds something that is; all kinds when left out. */
  readonly changes?: readonly EntryChange[] | undefined;
  /** By name, directories first, when left out; otherwise the largest first. */
  readonly sort?: TreeSort | undefined;
}

/** Everything beneath a directory. */
export interface WalkChoice {
  readonly path: string;
  /** How many levels; all when left out. */
  readonly depth?: number | undefined;
  /** Only what itself is so changed; all when left out. */
  readonly changes?: readonly EntryChange[] | undefined;
}
