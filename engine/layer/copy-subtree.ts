import { constants } from 'node:fs';
import { chmod, copyFile, lchown, link, lstat, lutimes, mkdir, symlink, writeFile } from 'node:fs/promises';

import { onDisk, pathBytes } from '#engine/archive/path-text.ts';
import type { Digest } from '#engine/contract/digest.ts';

import type { EntryIndex } from './entry-index.ts';
import { findEntry } from './find-entry.ts';
import { fileChunks } from './file-chunks.ts';
import { fileTime } from './file-time.ts';
import type { FilePlace, LayerStore } from './layer-store.ts';
import { rangeOf } from './recent-stacks.ts';
import type { StackRange } from './stack-range.ts';
import type { Place } from './stack-tree.ts';
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
  const range = rangeOf(indexes, 0, indexes.length - 1);
  const node = range.tree.find(found.index.path(found.entry));
  if (node === undefined) return false;
  await new SubtreeCopy({ layers, diffIds, range }, target).copy(node);
  return true;
}

interface Stack {
  readonly layers: LayerStore;
  /** Base first. */
  readonly diffIds: readonly Digest[];
  /** All of them. */
  readonly range: StackRange;
}

/** An entry on its way to where it is copied. */
interface Copied {
  readonly place: Place;
  /** Absolute. */
  readonly into: string;
  /** In the copy. */
  readonly path: string;
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

  async copy(node: number): Promise<void> {
    await this.#copyNode(node, '');
    await this.#records.apply(this.#target.launcherPath, this.#target.dir);
    for (const finish of this.#directories) await finish();
  }

  async #copyNode(node: number, path: string): Promise<void> {
    const place = this.#stack.range.now(node);
    if (place === undefined) return;
    const { index } = place;
    const into = path === '' ? this.#target.dir : `${this.#target.dir}/${path}`;
    const copied = { place, into, path };
    const type = index.type(place.entry);
    if (type === 'directory') await this.#copyDirectory(node, copied);
    else if (type === 'symlink') await copyLink(copied);
    else if (type === 'file' || type === 'hardlink') await this.#copyFile(copied);
    else this.#recordNode(index, place.entry, path);
    // All names of a file have them, and the one that counts may stand elsewhere.
    if (type === 'file' || type === 'hardlink' || type === 'directory') this.#recordXattrs(index, place.entry, path);
  }

  async #copyDirectory(node: number, copied: Copied): Promise<void> {
    const { into, path } = copied;
    if (path !== '') await mkdir(onDisk(into), { mode: 0o700 });
    const { tree } = this.#stack.range;
    const { first, end } = tree.children(node);
    for (let child = first; child < end; child += 1) {
      await this.#copyNode(child, path === '' ? tree.name(child) : `${path}/${tree.name(child)}`);
    }
    this.#directories.push(() => copyAttributes(copied, true));
  }

  async #copyFile(copied: Copied): Promise<void> {
    const { place, into } = copied;
    const { layer, index, entry } = place;
    // All names of a file have the path of the one that counts.
    const key = `${layer}:${index.type(entry) === 'hardlink' ? (index.linkTarget(entry) ?? '') : index.path(entry)}`;
    const known = this.#linked.get(key);
    if (known !== undefined) {
      await link(onDisk(known), onDisk(into));
      return;
    }
    this.#linked.set(key, into);
    const { layers, diffIds } = this.#stack;
    const diffId = diffIds[layer];
    const bytes = diffId === undefined ? undefined : await layers.place(diffId, entry);
    if (bytes !== undefined) await copyBytes(bytes, onDisk(into));
    await copyAttributes(copied, true);
  }

  #recordNode(index: EntryIndex, entry: number, path: string): void {
    const type = index.type(entry);
    if (type !== 'character-device' && type !== 'block-device' && type !== 'fifo') return;
    const [mode, uid, gid, mtime] = [index.mode(entry), index.uid(entry), index.gid(entry), index.mtime(entry)];
    this.#records.node(path, { type, mode, uid, gid, mtime, ...index.device(entry) });
  }

  /** What stands for the machine where the layer was made, or for overlayfs, is left out as unpacking leaves it out. */
  #recordXattrs(index: EntryIndex, entry: number, path: string): void {
    const isFile = index.type(entry) !== 'directory';
    for (const [name, value] of Object.entries(index.xattrs(entry))) {
      const isPlain = name.startsWith('user.') && !name.startsWith('user.overlay.');
      const isKept = isPlain || name.startsWith('system.posix_acl_') || (isFile && name === 'security.capability');
      if (isKept) this.#records.attribute(path, name, Buffer.from(value, 'base64'));
    }
  }
}

async function copyLink(copied: Copied): Promise<void> {
  const { place, into } = copied;
  await symlink(pathBytes(place.index.linkTarget(place.entry) ?? ''), onDisk(into));
  await copyAttributes(copied, false);
}

/** Blocks are shared where a whole file can be. */
async function copyBytes(place: FilePlace, into: Buffer | string): Promise<void> {
  const { size } = await lstat(place.path);
  if (place.offset === 0 && place.size === size) await copyFile(place.path, into, constants.COPYFILE_FICLONE);
  else await writeFile(into, fileChunks(place), { flag: 'wx' });
}

/** The owner before the mode: giving a file away takes setuid from it. */
async function copyAttributes({ place: { index, entry }, into }: Copied, hasMode: boolean): Promise<void> {
  if (process.geteuid?.() === 0) await lchown(onDisk(into), index.uid(entry), index.gid(entry));
  if (hasMode) await chmod(onDisk(into), index.mode(entry));
  const time = fileTime(index.mtime(entry));
  await lutimes(onDisk(into), time, time);
}
