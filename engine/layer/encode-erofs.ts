import { pathBytes } from '#engine/archive/path-text.ts';

import {
  BLOCK_BITS,
  BLOCK_BYTES,
  CHUNK_INDEXES,
  CHUNKED,
  CHUNKED_FILES,
  DEVICE_SLOT_AT,
  DEVICE_TABLE,
  DIRENT_BYTES,
  fileTypes,
  FLAT,
  INODE_BYTES,
  INODES_FROM,
  MAGIC,
  SUPERBLOCK_AT,
  XATTR_HEADER_BYTES,
} from './erofs-format.ts';
import { blocksOf, inodeNumber, layOutErofs, tailAt, type Dirent, type Inode } from './erofs-inodes.ts';
import type { TreeNode } from './tree-node.ts';

export interface ErofsSource {
  readonly root: TreeNode;
  /** Of the tar that has the files' bytes. */
  readonly tarBytes: number;
  /** 16 bytes that no other layer has. */
  readonly uuid: Uint8Array;
}

/**
 * A file system of a layer's tree that lacks nothing but the files' bytes: those stay in the tar, which is mounted with it
 * as its device.
 */
export function encodeErofs(source: ErofsSource): Buffer {
  const { inodes, bytes } = layOutErofs(source.root);
  const image = Buffer.alloc(bytes);
  writeSuperblock(image, source, inodes);
  for (const inode of inodes) {
    writeInode(image, inode);
    inode.xattrs.copy(image, inode.at + INODE_BYTES);
    if (inode.layout === CHUNKED) writeChunk(image, tailAt(inode), inode.node);
    else contentOf(inode).copy(image, inode.layout === FLAT ? inode.blocksAt : tailAt(inode));
  }
  return image;
}

/** `struct erofs_super_block`, and the slot of the one device after it. */
function writeSuperblock(image: Buffer, { tarBytes, uuid }: ErofsSource, inodes: readonly Inode[]): void {
  const at = SUPERBLOCK_AT;
  const [root] = inodes;
  image.writeUInt32LE(MAGIC, at);
  image.writeUInt8(BLOCK_BITS, at + 12);
  image.writeUInt16LE(root === undefined ? 0 : inodeNumber(root), at + 14);
  image.writeBigUInt64LE(BigInt(inodes.length), at + 16);
  image.writeUInt32LE(image.length / BLOCK_BYTES, at + 36);
  image.writeUInt32LE(INODES_FROM / BLOCK_BYTES, at + 40);
  image.set(uuid, at + 48);
  image.writeUInt32LE(CHUNKED_FILES | DEVICE_TABLE, at + 80);
  image.writeUInt16LE(1, at + 86);
  // In slots of 128 bytes.
  image.writeUInt16LE(DEVICE_SLOT_AT / 128, at + 88);
  // The tag before it stays empty: the device is named when it is mounted.
  image.writeUInt32LE(Math.ceil(tarBytes / BLOCK_BYTES), DEVICE_SLOT_AT + 64);
}

/** `struct erofs_inode_extended`. */
function writeInode(image: Buffer, inode: Inode): void {
  const { at, node, xattrs, layout } = inode;
  const attributes = xattrs.length === 0 ? 0 : (xattrs.length - XATTR_HEADER_BYTES) / 4 + 1;
  image.writeUInt16LE(1 | (layout << 1), at);
  image.writeUInt16LE(attributes, at + 2);
  // Nobody asks what a symbolic link permits, but it is 0777 everywhere.
  image.writeUInt16LE(fileTypes[node.kind.type].mode | (node.kind.type === 'symlink' ? 0o777 : node.mode), at + 4);
  image.writeBigUInt64LE(BigInt(inode.size), at + 8);
  image.writeUInt32LE(unionOf(inode), at + 16);
  image.writeUInt32LE(inodeNumber(inode), at + 20);
  image.writeUInt32LE(node.uid, at + 24);
  image.writeUInt32LE(node.gid, at + 28);
  image.writeBigInt64LE(BigInt(Math.floor(node.mtime)), at + 32);
  image.writeUInt32LE(node.nanoseconds, at + 40);
  image.writeUInt32LE(inode.links, at + 44);
}

/** What the same four bytes are: the first block, how the chunks are, or which device. */
function unionOf({ node, layout, size, blocksAt }: Inode): number {
  if (node.device !== undefined) return deviceNumber(node.device);
  if (layout === CHUNKED) return CHUNK_INDEXES | chunkBits(size);
  return layout === FLAT && size > 0 ? blocksAt / BLOCK_BYTES : 0;
}

/** A file is one chunk, however long: of 2 to the power of this blocks. */
function chunkBits(size: number): number {
  return 32 - Math.clz32(Math.ceil(size / BLOCK_BYTES) - 1);
}

/** As the kernel packs it for all (`new_encode_dev`). */
function deviceNumber({ major, minor }: { readonly major: number; readonly minor: number }): number {
  return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

/** `struct erofs_inode_chunk_index`: in the first device, and from which block on. */
function writeChunk(image: Buffer, at: number, { tarOffset = 0 }: TreeNode): void {
  image.writeUInt16LE(1, at + 2);
  image.writeUInt32LE(tarOffset / BLOCK_BYTES, at + 4);
}

function contentOf({ node, entries }: Inode): Buffer {
  if (node.kind.type === 'symlink') return pathBytes(node.kind.target);
  if (node.kind.type !== 'directory') return Buffer.alloc(0);
  const blocks = blocksOf(entries);
  const content = Buffer.alloc(blocks.length * BLOCK_BYTES);
  blocks.forEach((block, place) => writeDirents(content, place * BLOCK_BYTES, block.entries));
  return content.subarray(0, (blocks.length - 1) * BLOCK_BYTES + (blocks.at(-1)?.bytes ?? 0));
}

/** `struct erofs_dirent` of each, then their names. */
function writeDirents(content: Buffer, start: number, entries: readonly Dirent[]): void {
  let nameAt = entries.length * DIRENT_BYTES;
  entries.forEach(({ name, inode }, place) => {
    const at = start + place * DIRENT_BYTES;
    content.writeBigUInt64LE(BigInt(inodeNumber(inode)), at);
    content.writeUInt16LE(nameAt, at + 8);
    content.writeUInt8(fileTypes[inode.node.kind.type].dirent, at + 10);
    name.copy(content, start + nameAt);
    nameAt += name.length;
  });
}
