import { pathBytes } from '#engine/archive/path-text.ts';

import { erofsXattrs } from './erofs-xattrs.ts';
import {
  alignUp,
  BLOCK_BYTES,
  CHUNK_INDEX_BYTES,
  CHUNKED,
  DIRENT_BYTES,
  FIRST_INODE_AT,
  FLAT,
  INLINE,
  INODE_BYTES,
  INODES_FROM,
  SLOT_BYTES,
} from './erofs-format.ts';
import type { NodeKind, TreeNode } from './tree-node.ts';

/** A name in a directory, or one of the two that every directory has. */
export interface Dirent {
  readonly name: Buffer;
  readonly inode: Inode;
}

/** What the names of one file, link or device share, and where it lies in the image. */
export interface Inode {
  readonly node: TreeNode;
  readonly xattrs: Buffer;
  /** Of directories: sorted by the bytes of their names. */
  readonly entries: Dirent[];
  links: number;
  layout: typeof FLAT | typeof INLINE | typeof CHUNKED;
  /** Bytes of a directory's entries or of a link's target, those of a file as the tar has them. */
  size: number;
  /** Byte offset of the inode in the image. */
  at: number;
  /** Byte offset of its blocks in the image, where it has any. */
  blocksAt: number;
}

/** Where things are in the image: the inodes one after the other, then the blocks that some of them have. */
export interface ErofsLayout {
  readonly inodes: readonly Inode[];
  readonly bytes: number;
}

/** Whatever is left of an inode's data in its own block: more of it goes into blocks. */
const MOST_INLINE_BYTES = BLOCK_BYTES - INODE_BYTES;

/** Inodes of a tree, breadth first, so that what one directory has lies together. The root is the first. */
export function layOutErofs(root: TreeNode): ErofsLayout {
  const inodes = inodesOf(root);
  let at = FIRST_INODE_AT;
  for (const inode of inodes) {
    measure(inode);
    inode.at = placeFor(inode, at);
    at = alignUp(inode.at + bytesOf(inode), SLOT_BYTES);
  }
  at = alignUp(at, BLOCK_BYTES);
  for (const inode of inodes) {
    inode.blocksAt = at;
    if (inode.layout === FLAT && inode.size > 0) at += alignUp(inode.size, BLOCK_BYTES);
  }
  return { inodes, bytes: at };
}

/** The number by which the kernel finds it. */
export function inodeNumber({ at }: Inode): number {
  return (at - INODES_FROM) / SLOT_BYTES;
}

/** Where in the image follows what stands right after an inode and its attributes. */
export function tailAt({ at, xattrs, layout }: Inode): number {
  const end = at + INODE_BYTES + xattrs.length;
  return layout === CHUNKED ? alignUp(end, CHUNK_INDEX_BYTES) : end;
}

function inodesOf(root: TreeNode): readonly Inode[] {
  const known = new Map<NodeKind, Inode>();
  const inodes: Inode[] = [];
  const inodeOf = (node: TreeNode): Inode => {
    const inode = known.get(node.kind) ?? makeInode(node);
    if (!known.has(node.kind)) inodes.push(inode);
    known.set(node.kind, inode);
    return inode;
  };
  inodeOf(root);
  for (let at = 0; at < inodes.length; at += 1) {
    const directory = inodes[at];
    if (directory?.node.kind.type === 'directory') enter(directory, inodeOf);
  }
  return inodes;
}

/** @param name any of its names; what they share is told by the one that counts as the file. */
function makeInode(name: TreeNode): Inode {
  const node = name.file?.primary ?? name;
  const xattrs = erofsXattrs(node);
  return { node, xattrs, entries: [], links: 0, layout: FLAT, size: 0, at: 0, blocksAt: 0 };
}

/** A directory has a link of its own, one in its parent and one in each directory in it. */
function enter(directory: Inode, inodeOf: (node: TreeNode) => Inode): void {
  const { node, entries } = directory;
  const above = node.parent === undefined ? directory : inodeOf(node.parent);
  entries.push({ name: Buffer.from('.'), inode: directory }, { name: Buffer.from('..'), inode: above });
  for (const child of node.children) {
    const inode = inodeOf(child);
    inode.links += 1;
    entries.push({ name: pathBytes(child.name), inode });
  }
  directory.links += 1;
  above.links += 1;
  entries.sort((one, other) => Buffer.compare(one.name, other.name));
}

function measure(inode: Inode): void {
  const { node } = inode;
  const { type } = node.kind;
  if (type === 'file') {
    inode.size = node.size;
    if (node.size > 0) inode.layout = CHUNKED;
  } else if (type === 'directory' || type === 'symlink') {
    inode.size = type === 'directory' ? directoryBytes(inode.entries) : pathBytes(node.linkTarget ?? '').length;
    if (inode.size <= MOST_INLINE_BYTES) inode.layout = INLINE;
  }
}

/** Each block of a directory holds entries and their names, and no name goes on in the next. */
function directoryBytes(entries: readonly Dirent[]): number {
  return blocksOf(entries).reduce((sum, { bytes }, at, all) => sum + (at === all.length - 1 ? bytes : BLOCK_BYTES), 0);
}

export interface DirectoryBlock {
  readonly entries: readonly Dirent[];
  readonly bytes: number;
}

export function blocksOf(entries: readonly Dirent[]): readonly DirectoryBlock[] {
  const blocks: { entries: Dirent[]; bytes: number }[] = [];
  let block = { entries: new Array<Dirent>(), bytes: 0 };
  for (const entry of entries) {
    const bytes = DIRENT_BYTES + entry.name.length;
    if (block.bytes + bytes > BLOCK_BYTES || block.entries.length === 0) {
      block = { entries: [], bytes: 0 };
      blocks.push(block);
    }
    block.entries.push(entry);
    block.bytes += bytes;
  }
  return blocks;
}

function bytesOf(inode: Inode): number {
  const tail = { [FLAT]: 0, [INLINE]: inode.size, [CHUNKED]: CHUNK_INDEX_BYTES }[inode.layout];
  return tailAt(inode) + tail - inode.at;
}

/** Data beside an inode may not go on in the next block. */
function placeFor(inode: Inode, from: number): number {
  if (inode.layout !== INLINE) return from;
  let at = from;
  while (((at + INODE_BYTES + inode.xattrs.length) % BLOCK_BYTES) + inode.size > BLOCK_BYTES) at += SLOT_BYTES;
  return at;
}
