import type { Attributes, TreeNode } from './tree-node.ts';
import type { TreeChanges } from './unpacked-tree.ts';

/** What is made on the disk of the entries of a layer, in their order. */
export interface TreeTarget extends TreeChanges {
  link(existing: string, path: string): void;
  symlink(node: TreeNode): void;
  /** @returns what the bytes are written by. */
  openFile(node: TreeNode): number;
  write(descriptor: number, chunk: Uint8Array): void;
  closeFile(descriptor: number, attributes: Attributes): void;
}

/** Of a layer that stays a tar: nothing. */
export const noTree: TreeTarget = {
  makeDirectory: () => undefined,
  remove: () => undefined,
  link: () => undefined,
  symlink: () => undefined,
  openFile: () => -1,
  write: () => undefined,
  closeFile: () => undefined,
};
