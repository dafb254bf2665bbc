import { constants } from 'node:fs';
import { chmod, copyFile, lchown, link, lstat, lutimes, mkdir, readlink, symlink } from 'node:fs/promises';

import { pathBytes } from '#engine/archive/path-text.ts';
import type { Digest } from '#engine/contract/digest.ts';

import type { EntryIndex } from './entry-index.ts';
import { findEntry } from './find-entry.ts';
import { findNode } from './layer-tree.ts';
import type { LayerStore } from './layer-store.ts';
import { mergedRange, type MergedNode, type Place } from './merge-layers.ts';
import { TreeRecords } from './tree-records.ts';

export interface SubtreeSource {
  /** Base first. */
  readonly diffIds: readonly Digest[];
  /** Absolute, in the stack; links on the way and at its end are followed inside it. */
  readonly path: string;
}

export interface SubtreeTarget {
  /** An empty directory; it gets the attributes of the one that is copied. */
  readonly dir: string;
  /** Makes nodes and extended attributes, for which Node has no calls. */
  readonly launcherPath: string;
}

/**
 * Copies a directory as a stack of layers shows it: owners, modes, times, links of both kinds, devices, extended attributes.
 *
 * @returns false, with nothing done, when the stack has no directory there.
 */
export async function copySubtree(layers: LayerStore, source: SubtreeSource, target: SubtreeTarget): Promise<boolean> {
  const { diffIds, path } = source;
  const indexes = await Promise.all(diffIds.map((diffId) => layers.index(diffId)));
  const found = findEntry(indexes, path, true);
  if (found?.index.type(found.entry) !== 'directory') return false;
  const { root } = mergedRange(indexes, 0, indexes.length - 1);
  const node = findNode(root, found.index.path(found.entry));
  if (node === undefined) return false;
  const trees = diffIds.map((diffId) => layers.treePath(diffId));
  await new SubtreeCopy({ indexes, trees }, target).copy(node);
  return true;
}

interface Stack {
  readonly indexes: readonly EntryIndex[];
  /** Directories of the unpacked layers, base first. */
  readonly trees: readonly string[];
}

class SubtreeCopy {
  readonly #stack: Stack;
  readonly #target: SubtreeTarget;
  /** The first copy of each file that has several names. */
  readonly #linked = new Map<string, string>();
  readonly #records = new TreeRecords();
  /** Each after what is in it: filling a directory changes its time. */
  readonly #directories: (() => Promise<void>)[] = [];

  constructor(stack: Stack, target: SubtreeTarget) {
    this.#stack = stack;
    this.#target = target;
  }

  async copy(node: MergedNode): Promise<void> {
    await this.#copyNode(node, '');
    await this.#records.apply(this.#target.launcherPath, this.#target.dir);
    for (const finish of this.#directories) await finish();
  }

  async #copyNode(node: MergedNode, path: string): Promise<void> {
    const place = node.now;
    const index = place === undefined ? undefined : this.#stack.indexes[place.layer];
    if (place === undefined || index === undefined) return;
    const from = this.#sourcePath(place, index);
    const into = path === '' ? this.#target.dir : `${this.#target.dir}/${path}`;
    const type = index.type(place.entry);
    if (type === 'directory') await this.#copyDirectory(node, { from, into, path });
    else if (type === 'symlink') await symlink(await readlink(onDisk(from), 'buffer'), onDisk(into));
    else if (type === 'file' || type === 'hardlink') await this.#copyFile(from, into);
    else this.#recordNode(index, place.entry, path);
    if (type === 'symlink') await copyAttributes(from, into, false);
    if (type === 'file' || type === 'directory') this.#recordXattrs(index, place.entry, path);
  }

  async #copyDirectory(
    node: MergedNode,
    { from, into, path }: { readonly from: string; readonly into: string; readonly path: string },
  ): Promise<void> {
    if (path !== '') await mkdir(onDisk(into), { mode: 0o700 });
    for (const child of node.children.values()) {
      await this.#copyNode(child, path === '' ? child.name : `${path}/${child.name}`);
    }
    this.#directories.push(() => copyAttributes(from, into, true));
  }

  async #copyFile(from: string, into: string): Promise<void> {
    const { dev, ino, nlink } = await lstat(onDisk(from), { bigint: true });
    const key = `${dev}:${ino}`;
    const known = this.#linked.get(key);
    if (known !== undefined) {
      await link(onDisk(known), onDisk(into));
      return;
    }
    if (nlink > 1n) this.#linked.set(key, into);
    await copyFile(onDisk(from), onDisk(into), constants.COPYFILE_FICLONE);
    await copyAttributes(from, into, true);
  }

  #recordNode(index: EntryIndex, entry: number, path: string): void {
    const type = index.type(entry);
    if (type !== 'character-device' && type !== 'block-device' && type !== 'fifo') return;
    const [mode, uid, gid, mtime] = [index.mode(entry), index.uid(entry), index.gid(entry), index.mtime(entry)];
    this.#records.node(path, { type, mode, uid, gid, mtime, ...index.device(entry) });
  }

  /** What stands for the machine where the layer was made, or for overlayfs, is left out as unpacking leaves it out. */
  #recordXattrs(index: EntryIndex, entry: number, path: string): void {
    const isFile = index.type(entry) === 'file';
    for (const [name, value] of Object.entries(index.xattrs(entry))) {
      const isPlain = name.startsWith('user.') && !name.startsWith('user.overlay.');
      const isKept = isPlain || name.startsWith('system.posix_acl_') || (isFile && name === 'security.capability');
      if (isKept) this.#records.attribute(path, name, Buffer.from(value, 'base64'));
    }
  }

  #sourcePath({ layer, entry }: Place, index: EntryIndex): string {
    return `${this.#stack.trees[layer] ?? ''}${index.path(entry)}`;
  }
}

/** The owner before the mode: giving a file away takes setuid from it. */
async function copyAttributes(from: string, into: string, hasMode: boolean): Promise<void> {
  const { uid, gid, mode, atimeMs, mtimeMs } = await lstat(onDisk(from));
  await lchown(onDisk(into), uid, gid);
  if (hasMode) await chmod(onDisk(into), mode & 0o7777);
  await lutimes(onDisk(into), atimeMs / 1000, mtimeMs / 1000);
}

/** A name that is no UTF-8 goes to the kernel as the bytes it is. */
function onDisk(path: string): Buffer | string {
  return path.isWellFormed() ? path : pathBytes(path);
}
