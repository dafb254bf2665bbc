import { type ReactNode, useMemo } from 'react';

import type { TreeRow } from '#engine/contract/layer.ts';
import { TreeListing } from '#renderer/stores/tree-listing.ts';
import type { OpenedTree, TreeBrowsing } from '#renderer/stores/tree-pages.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';

import './file-tree.css';
import { TreeColumns, TreeLines } from './tree-lines.tsx';

/** A tree of what differs, as a store keeps it. */
interface BrowsedTree extends OpenedTree, TreeBrowsing {
  readonly selected: TreeRow | undefined;
  readonly select: (row: TreeRow) => Promise<void>;
}

interface ChangedLinesProps {
  readonly tree: BrowsedTree;
  /** Read aloud of the whole list. */
  readonly title: string;
  /** Said where nothing differs. */
  readonly empty: { readonly title: string; readonly text: string };
}

/** What differs between two trees of files, as one list under its columns. */
export function ChangedLines({ tree, title, empty }: ChangedLinesProps): ReactNode {
  const { directories, open, selected, select } = tree;
  const lines = useMemo(() => new TreeListing(directories, open), [directories, open]);
  if (lines.length === 0) return <EmptyState title={empty.title}>{empty.text}</EmptyState>;
  return (
    <>
      <TreeColumns />
      <TreeLines
        lines={lines}
        directories={directories}
        diffIds={[]}
        isCompared
        title={title}
        selected={selected?.path}
        onSelect={(row) => void select(row)}
        browsing={tree}
      />
    </>
  );
}
