import type { ArchiveFormat } from '#engine/image/archive-layout.ts';

import type { SourceTree } from './source-tree.ts';

/** What becomes of a build beside an image of this machine (`--output`). */
export type BuildOutput =
  /** The files of the result; with several platforms a folder of each. */
  | { readonly kind: 'files'; readonly deliver: (tree: SourceTree, signal: AbortSignal) => Promise<void> }
  /** The same as a tar, with owners, links and devices. */
  | { readonly kind: 'tar'; readonly deliver: Deliver }
  /** The image, layers compressed. */
  | { readonly kind: 'archive'; readonly format: ArchiveFormat; readonly deliver: Deliver };

type Deliver = (bytes: AsyncIterable<Uint8Array>, signal: AbortSignal) => Promise<void>;
