import { createHash, hash, type Hash } from 'node:crypto';

import { entryPath } from '#engine/archive/entry-path.ts';
import { quoted, type TarEntry } from '#engine/archive/tar-entry.ts';
import type { TarSink } from '#engine/archive/tar-parser.ts';
import { isWhiteoutDirectory, whiteoutOf } from '#engine/archive/whiteout.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { SharedFile, type Attributes, type TreeNode } from './tree-node.ts';
import type { TreeTarget } from './tree-target.ts';
import { UnpackedTree } from './unpacked-tree.ts';

/** Beyond these no device number goes (the kernel's kdev_t.h). */
const MAX_MAJOR = 0xfff;
const MAX_MINOR = 0xfffff;

interface OpenFile {
  readonly node: TreeNode;
  readonly descriptor: number;
  readonly size: number;
  /** Undefined until there is more than one chunk. */
  hash: Hash | undefined;
}

/** Turns the entries of a layer's tar into its tree, on disk and in memory. */
export class LayerUnpacker implements TarSink {
  readonly tree: UnpackedTree;
  readonly #writer: TreeTarget;
  #open: OpenFile | undefined;

  constructor(writer: TreeTarget) {
    this.#writer = writer;
    this.tree = new UnpackedTree(writer);
  }

  entry(entry: TarEntry): void {
    const parts = entryPath(entry.name);
    const name = parts.at(-1);
    const directory = parts.slice(0, -1);
    if (directory.some(isWhiteoutDirectory)) return;
    if (name === undefined) {
      this.#describeRoot(entry);
      return;
    }
    const whiteout = whiteoutOf(name);
    if (whiteout.kind === 'ignored') return;
    const parent = this.tree.directory(directory, entry.name, entry.mtime);
    if (whiteout.kind === 'opaque') parent.isOpaque = true;
    else if (whiteout.kind === 'hides') this.tree.whiteOut(parent, hiddenName(whiteout.name, entry), entry.mtime);
    else this.#place(parent, name, entry);
  }

  data(chunk: Uint8Array): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#writer.write(open.descriptor, chunk);
    const { file } = open.node;
    // Most files come in one chunk, and hashing them at once takes a third of the time.
    if (chunk.byteLength === open.size && file !== undefined) file.contentDigest = hash('sha256', chunk, 'binary');
    else (open.hash ??= createHash('sha256')).update(chunk);
  }

  entryEnd(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const { file, attributes } = open.node;
    if (file !== undefined) file.contentDigest ??= open.hash?.digest('binary') ?? hash('sha256', '', 'binary');
    this.#writer.closeFile(open.descriptor, attributes);
  }

  #describeRoot(entry: TarEntry): void {
    if (entry.type !== 'directory') throw new EngineError('corrupt', `the root of the layer is a ${entry.type}`);
    this.tree.root.attributes = attributesOf(entry);
    this.tree.root.isImplied = false;
  }

  #place(parent: TreeNode, name: string, entry: TarEntry): void {
    const { tree } = this;
    switch (entry.type) {
      case 'directory':
        tree.place(parent, name, { kind: { type: 'directory' }, attributes: attributesOf(entry) });
        return;
      case 'file':
        this.#startFile(parent, name, entry);
        return;
      case 'symlink':
        this.#symlink(parent, name, entry);
        return;
      case 'hardlink':
        this.#hardlink(parent, name, entry);
        return;
      case 'character-device':
      case 'block-device':
      case 'fifo':
        tree.place(parent, name, {
          kind: { type: entry.type, device: deviceOf(entry) },
          attributes: attributesOf(entry),
        });
    }
  }

  #startFile(parent: TreeNode, name: string, entry: TarEntry): void {
    const file = new SharedFile({ size: entry.size, tarOffset: entry.dataOffset });
    const node = this.tree.place(parent, name, { kind: { type: 'file', file }, attributes: attributesOf(entry) });
    this.#open = { node, descriptor: this.#writer.openFile(node), size: entry.size, hash: undefined };
  }

  #symlink(parent: TreeNode, name: string, entry: TarEntry): void {
    const { linkName: target } = entry;
    if (target === '' || Buffer.byteLength(target) > 4095) {
      throw new EngineError('corrupt', `${quoted(entry.name)} is a symbolic link that can't exist on Linux`);
    }
    this.#writer.symlink(
      this.tree.place(parent, name, { kind: { type: 'symlink', target }, attributes: attributesOf(entry) }),
    );
  }

  #hardlink(parent: TreeNode, name: string, entry: TarEntry): void {
    const target = this.tree.find(linkPath(entry), entry.name);
    if (target === undefined || target.kind.type === 'whiteout') {
      throw new EngineError(
        'corrupt',
        `${quoted(entry.name)} is a hard link to ${quoted(entry.linkName)}, which the layer has nothing of before it`,
      );
    }
    if (target.kind.type === 'directory') {
      throw new EngineError('corrupt', `${quoted(entry.name)} is a hard link to a directory`);
    }
    const replaced = parent.child(name);
    if (target === replaced) return;
    if (replaced !== undefined && isBeneath(target, replaced)) {
      throw new EngineError('corrupt', `${quoted(entry.name)} is a hard link to what it takes the place of`);
    }
    const node = this.tree.place(parent, name, { kind: target.kind, attributes: target.attributes });
    // Devices are made at the end, each name one of its own.
    if (target.kind.type === 'file' || target.kind.type === 'symlink') this.#writer.link(target.path, node.path);
  }
}

/** Without the rest of the entry, which nobody needs until the layer is through. */
function attributesOf({ mode, uid, gid, mtime, nanoseconds = 0, xattrs }: TarEntry): Attributes {
  return { mode, uid, gid, mtime, nanoseconds, xattrs };
}

function isBeneath(node: TreeNode, directory: TreeNode): boolean {
  for (let at = node.parent; at !== undefined; at = at.parent) if (at === directory) return true;
  return false;
}

function hiddenName(name: string, entry: TarEntry): string {
  if (name !== '' && name !== '.' && name !== '..') return name;
  throw new EngineError('corrupt', `${quoted(entry.name)} is a whiteout that names nothing`);
}

function linkPath(entry: TarEntry): readonly string[] {
  try {
    return entryPath(entry.linkName);
  } catch (error) {
    const sentence = `${quoted(entry.name)} is a hard link out of the layer, to ${quoted(entry.linkName)}`;
    throw new EngineError('corrupt', sentence, { cause: error });
  }
}

function deviceOf({ name, major, minor }: TarEntry): { major: number; minor: number } {
  if (major >= 0 && major <= MAX_MAJOR && minor >= 0 && minor <= MAX_MINOR) return { major, minor };
  throw new EngineError('corrupt', `${quoted(name)} is a device with an impossible number`);
}
