import { quoted } from '#engine/archive/tar-entry.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { alignUp, XATTR_ENTRY_BYTES, XATTR_HEADER_BYTES, xattrPrefixes } from './erofs-format.ts';
import { keptXattrs } from './kept-xattrs.ts';
import type { TreeNode } from './tree-node.ts';

/** What the kernel takes (xattr(7)), and the format has room for. */
const MOST_NAME_BYTES = 255;
const MOST_VALUE_BYTES = 0xffff;
/** All of an inode: their length counts four bytes each in 16 bits. */
const MOST_BYTES = 0xfffe * 4;

/**
 * The attributes that stand after a node's inode; empty for none.
 *
 * @throws EngineError `unsupported` for more than a file can have.
 */
export function erofsXattrs(node: TreeNode): Buffer {
  const entries = keptXattrs(node, 'trusted.overlay.opaque').map(([name, value]) => entryOf(name, value, node));
  if (entries.length === 0) return Buffer.alloc(0);
  const all = Buffer.concat([Buffer.alloc(XATTR_HEADER_BYTES), ...entries]);
  if (all.length > MOST_BYTES) throw tooMuch(node);
  return all;
}

function entryOf(name: string, value: Uint8Array, node: TreeNode): Buffer {
  const [prefix, index] = xattrPrefixes.find(([start]) => name.startsWith(start)) ?? ['', 0];
  const rest = Buffer.from(name.slice(prefix.length), 'utf8');
  if (rest.length > MOST_NAME_BYTES || value.byteLength > MOST_VALUE_BYTES) throw tooMuch(node);
  const entry = Buffer.alloc(alignUp(XATTR_ENTRY_BYTES + rest.length + value.byteLength, 4));
  entry.writeUInt8(rest.length, 0);
  entry.writeUInt8(index, 1);
  entry.writeUInt16LE(value.byteLength, 2);
  rest.copy(entry, XATTR_ENTRY_BYTES);
  entry.set(value, XATTR_ENTRY_BYTES + rest.length);
  return entry;
}

function tooMuch({ path }: TreeNode): EngineError {
  return new EngineError('unsupported', `${quoted(path)} has longer extended attributes than a file can have`);
}
