import { closeSync, fdatasyncSync, fsyncSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';

import { digestHex, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { encodeErofs } from './encode-erofs.ts';
import { MOST_TAR_BYTES } from './erofs-format.ts';
import type { LayerPaths } from './layer-paths.ts';
import type { TreeNode } from './tree-node.ts';
import { noTree, type TreeTarget } from './tree-target.ts';
import { TreeWriter } from './tree-writer.ts';

/** Where a layer goes while its tar streams by. */
export interface LayerTarget extends Disposable {
  /** Told of every entry. */
  readonly tree: TreeTarget;
  /** Told of every byte, in order. */
  write(chunk: Uint8Array): void;
  /** Once all has come, and is what was promised. */
  finish(root: TreeNode): void;
}

/** A layer that is unpacked. */
export class UnpackedTarget implements LayerTarget {
  readonly tree: TreeWriter;
  readonly #path: string;

  constructor(path: string, launcherPath: string) {
    this.#path = path;
    this.tree = new TreeWriter({ root: path, launcherPath });
  }

  write(): void {
    // It is the entries that are written.
  }

  finish(root: TreeNode): void {
    this.tree.finish(root);
    syncDirectory(this.#path);
  }

  [Symbol.dispose](): void {
    this.tree[Symbol.dispose]();
  }
}

/** Thrown where a layer has a file whose bytes its tar hasn't in one piece: it can't stay a tar. */
export class NeedsTree extends Error {}

/** Nothing is made of the entries; what the tar hasn't whole can't be shown from it. */
const shownFromTar: TreeTarget = {
  ...noTree,
  openFile: ({ tarOffset }) => {
    if (tarOffset === undefined) throw new NeedsTree();
    return -1;
  },
};

/** A layer that stays its tar: beside it comes an image of a file system, and the place to mount it on. */
export class TarTarget implements LayerTarget {
  readonly tree = shownFromTar;
  readonly #paths: LayerPaths;
  readonly #uuid: Buffer;
  readonly #isThere: boolean;
  readonly #descriptor: number;
  #size = 0;

  /** @param isThere whether the tar lies in its place already. */
  constructor(paths: LayerPaths, diffId: Digest, isThere: boolean) {
    this.#paths = paths;
    this.#uuid = Buffer.from(digestHex(diffId).slice(0, 32), 'hex');
    this.#isThere = isThere;
    this.#descriptor = openSync(paths.tar, isThere ? 'r' : 'wx', 0o600);
  }

  write(chunk: Uint8Array): void {
    this.#size += chunk.byteLength;
    if (this.#isThere) return;
    let rest = chunk;
    while (rest.byteLength > 0) rest = rest.subarray(writeSync(this.#descriptor, rest));
  }

  finish(root: TreeNode): void {
    const { image, tree } = this.#paths;
    if (this.#size > MOST_TAR_BYTES) {
      throw new EngineError('unsupported', `it has ${this.#size} bytes, and ${MOST_TAR_BYTES} are the most`);
    }
    fdatasyncSync(this.#descriptor);
    writeDurably(image, encodeErofs({ root, tarBytes: this.#size, uuid: this.#uuid }), 0o600);
    mkdirSync(tree, { mode: 0o700 });
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}

export function writeDurably(path: string, bytes: Uint8Array, mode: number): void {
  writeFileSync(path, bytes, { flag: 'wx', mode, flush: true });
}

export function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
