import type { TreeNode } from './tree-node.ts';

/**
 * The attributes that a node has where it is mounted, the sign of an opaque directory by its name of the overlay's first.
 * All that the archive has is in the entry index.
 */
export function keptXattrs(node: TreeNode, opaque: string): readonly (readonly [name: string, value: Uint8Array])[] {
  const sign = node.isOpaque ? [[opaque, Buffer.from('y')] as const] : [];
  if (node.type === 'hardlink') return sign;
  return [...sign, ...[...node.xattrs].filter(([name]) => isKept(name, node))];
}

/**
 * Overlay's own attributes would redirect what it shows, and labels of the machine where a layer was made mean nothing on
 * this one; both stay in the index only. Links and devices can't have any of a user's.
 */
function isKept(name: string, { kind }: TreeNode): boolean {
  if (name === 'security.capability') return kind.type === 'file';
  if (kind.type !== 'file' && kind.type !== 'directory') return false;
  if (name === 'system.posix_acl_access' || name === 'system.posix_acl_default') return true;
  return name.startsWith('user.') && name !== 'user.' && !name.startsWith('user.overlay.');
}
