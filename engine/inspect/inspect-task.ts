import type { Digest } from '#engine/contract/digest.ts';
import type { ComparedContent } from '#engine/contract/comparison.ts';
import type { PackagePage } from '#engine/contract/package.ts';
import type { RangeSummary, TreePage, TreeRow } from '#engine/contract/layer.ts';
import type { ImageEfficiency, SecretKind, WhyBig } from '#engine/contract/waste.ts';
import type { FilePlace } from '#engine/layer/layer-store.ts';
import type { ListRequest, WalkChoice } from '#engine/layer/range-requests.ts';

import type { PackageFile, PackageFilePlace } from './package-files.ts';
import type { Suspect } from './secret-files.ts';

/*
 * What is asked of the thread that goes through whole trees, and what it answers: plain data, and types alone. Stacks are
 * files of entry indexes, base first.
 */
export type IndexPaths = readonly string[];

/** Two stacks that are compared. */
export interface StackPair {
  readonly before: IndexPaths;
  readonly now: IndexPaths;
}

export interface SuspectPlace {
  readonly place: FilePlace;
  readonly rules: readonly number[];
}

export interface WeighedImage extends Omit<WhyBig, 'efficiency' | 'secrets' | 'filesUnread'> {
  readonly efficiency: Omit<ImageEfficiency, 'image'>;
  readonly suspects: readonly Suspect[];
  readonly filesUnread: number;
}

export interface ComparedTrees {
  readonly tree: RangeSummary;
  readonly content: ComparedContent;
  /** Of the files that each shows. */
  readonly beforeBytes: number;
  readonly nowBytes: number;
}

/** Each question with its answer. */
export interface InspectTasks {
  readonly efficiency: { readonly ask: IndexPaths; readonly answer: Omit<ImageEfficiency, 'image'> };
  readonly weigh: { readonly ask: IndexPaths; readonly answer: WeighedImage };
  /** Of each file what it holds, if it is a secret. */
  readonly secrets: {
    readonly ask: readonly SuspectPlace[];
    readonly answer: readonly (SecretKind | undefined)[];
  };
  /** Files that say what is installed. */
  readonly packageFiles: { readonly ask: IndexPaths; readonly answer: readonly PackageFile[] };
  /** What they say, in any number of answers. `directory` is for what has to be copied out to be read. */
  readonly packages: {
    readonly ask: { readonly files: readonly PackageFilePlace[]; readonly directory: string };
    readonly answer: PackagePage;
  };
  /** Writes the index of a tar, compressed or not, that is no layer of the store's. The answer is its diff id. */
  readonly index: { readonly ask: { readonly tar: string; readonly into: string }; readonly answer: Digest };
  readonly compare: { readonly ask: StackPair; readonly answer: ComparedTrees };
  readonly page: { readonly ask: StackPair & { readonly request: ListRequest }; readonly answer: TreePage };
  /** In any number of answers. */
  readonly walk: { readonly ask: StackPair & { readonly request: WalkChoice }; readonly answer: TreeRow[] };
}

export type InspectKind = keyof InspectTasks;

/** One of them, as it is sent. */
export type InspectQuestion = {
  readonly [K in InspectKind]: { readonly kind: K; readonly wanted: InspectTasks[K]['ask'] };
}[InspectKind];

/** One, or a part of one. */
export interface InspectAnswer {
  readonly value: InspectTasks[InspectKind]['answer'];
  readonly isLast: boolean;
}
