/*
 * EROFS on disk, as far as a layer needs it (the kernel's Documentation/filesystems/erofs.rst and fs/erofs/erofs_fs.h;
 * README.md says how we use it). Numbers are little-endian.
 */

/** That of a tar's, so that a file's bytes in it are whole blocks. The smallest that the kernel takes. */
export const BLOCK_BITS = 9;
export const BLOCK_BYTES = 512;

export const SUPERBLOCK_AT = 1024;
/** The one device beside the file itself: the tar. */
export const DEVICE_SLOT_AT = 1152;
/** Inodes are numbered in slots of 32 bytes from here, so that the first is not number 0, which readers of directories skip. */
export const INODES_FROM = 1024;
export const FIRST_INODE_AT = 1536;
export const SLOT_BYTES = 32;
/** The extended kind, with 32-bit owners and a time of its own. */
export const INODE_BYTES = 64;

export const MAGIC = 0xe0f5e1e2;
export const CHUNKED_FILES = 0x4;
export const DEVICE_TABLE = 0x8;

/** How an inode's data lies: in blocks, in blocks but for the rest right after the inode, in chunks of any device. */
export const FLAT = 0;
export const INLINE = 2;
export const CHUNKED = 4;

/** Chunks by an index with a device in it, rather than by a block's number alone. */
export const CHUNK_INDEXES = 0x20;
export const CHUNK_INDEX_BYTES = 8;
/** A chunk has at most 2 to the power of this blocks. */
export const MOST_CHUNK_BITS = 31;
/** Of one chunk, and of what a 32-bit number of blocks reaches. */
export const MOST_TAR_BYTES = 2 ** (BLOCK_BITS + MOST_CHUNK_BITS);

export const DIRENT_BYTES = 12;
export const XATTR_HEADER_BYTES = 12;
export const XATTR_ENTRY_BYTES = 4;

/** What a name begins with is a number (`e_name_index`). */
export const xattrPrefixes: readonly (readonly [prefix: string, index: number])[] = [
  ['user.', 1],
  ['system.posix_acl_access', 2],
  ['system.posix_acl_default', 3],
  ['trusted.', 4],
  ['security.', 6],
];

/** Bits of a mode (inode(7)), and what a directory says of its entries. */
export const fileTypes = {
  file: { mode: 0o100000, dirent: 1 },
  directory: { mode: 0o040000, dirent: 2 },
  'character-device': { mode: 0o020000, dirent: 3 },
  'block-device': { mode: 0o060000, dirent: 4 },
  fifo: { mode: 0o010000, dirent: 5 },
  symlink: { mode: 0o120000, dirent: 7 },
  /** Overlay's: a character device 0/0. */
  whiteout: { mode: 0o020000, dirent: 3 },
} as const;

export function alignUp(offset: number, to: number): number {
  return Math.ceil(offset / to) * to;
}
