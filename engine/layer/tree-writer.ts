import { spawnSync } from 'node:child_process';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  futimesSync,
  lchownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  chmodSync,
  utimesSync,
  writeSync,
} from 'node:fs';

import { onDisk, pathBytes } from '#engine/archive/path-text.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { isInUserNamespace } from '#engine/snapshot/user-namespace.ts';

import { fileTime } from './file-time.ts';
import { keptXattrs } from './kept-xattrs.ts';
import type { Attributes, TreeNode } from './tree-node.ts';
import type { TreeTarget } from './tree-target.ts';

export interface TreeWriterOptions {
  /** Where the tree is, or will be. */
  readonly root: string;
  /** Makes nodes and extended attributes, for which Node has no calls. */
  readonly launcherPath: string;
}

/**
 * Puts a layer's tree on disk: synchronously, for a thread of its own, since a promise per call takes three times as
 * long as the call.
 */
export class TreeWriter implements TreeTarget, Disposable {
  readonly #options: TreeWriterOptions;
  #open: number | undefined;
  readonly #ownerGiven = isRoot();

  constructor(options: TreeWriterOptions) {
    this.#options = options;
    mkdirSync(options.root, { mode: 0o755 });
  }

  /** Open for the engine only until the attributes of all are set at the end. */
  makeDirectory(path: string): void {
    mkdirSync(this.#pathOf(path), { mode: 0o700 });
  }

  remove(path: string): void {
    rmSync(this.#pathOf(path), { recursive: true, force: true });
  }

  link(existing: string, path: string): void {
    linkSync(this.#pathOf(existing), this.#pathOf(path));
  }

  symlink({ path, linkTarget, attributes }: TreeNode): void {
    const place = this.#pathOf(path);
    symlinkSync(pathBytes(linkTarget ?? ''), place);
    if (this.#ownerGiven && (attributes.uid !== 0 || attributes.gid !== 0)) {
      lchownSync(place, attributes.uid, attributes.gid);
    }
    lutimesSync(place, fileTime(attributes.mtime), fileTime(attributes.mtime));
  }

  openFile({ path }: TreeNode): number {
    this.#open = openSync(this.#pathOf(path), 'wx', 0o600);
    return this.#open;
  }

  write(descriptor: number, chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.byteLength > 0) rest = rest.subarray(writeSync(descriptor, rest));
  }

  /** The owner before the mode: giving a file away takes setuid from it. */
  closeFile(descriptor: number, { uid, gid, mode, mtime }: Attributes): void {
    if (this.#ownerGiven && (uid !== 0 || gid !== 0)) fchownSync(descriptor, uid, gid);
    fchmodSync(descriptor, mode);
    futimesSync(descriptor, fileTime(mtime), fileTime(mtime));
    this[Symbol.dispose]();
  }

  /** The file that was being written when something went wrong. */
  [Symbol.dispose](): void {
    const open = this.#open;
    this.#open = undefined;
    if (open !== undefined) closeSync(open);
  }

  /** What only the launcher can make, and then the attributes of directories, which all the rest would change again. */
  finish(root: TreeNode): void {
    this.#runLauncher(root);
    for (const node of [...root.beneath(), root]) {
      if (node.kind.type === 'directory') this.#closeDirectory(node);
    }
  }

  #closeDirectory({ path, attributes: { uid, gid, mode, mtime } }: TreeNode): void {
    const place = this.#pathOf(path);
    if (this.#ownerGiven && (uid !== 0 || gid !== 0)) lchownSync(place, uid, gid);
    // Safe by path: it is a directory of ours, and no part of its path is a link.
    chmodSync(place, mode);
    utimesSync(place, fileTime(mtime), fileTime(mtime));
  }

  #runLauncher(root: TreeNode): void {
    const records = [...root.beneath(), root].flatMap((node) => [...nodeRecord(node), ...xattrRecords(node)]);
    if (records.length === 0) return;
    const { status, stderr, error } = spawnSync(this.#options.launcherPath, ['layer', this.#options.root], {
      input: Buffer.concat(records),
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    if (error !== undefined) {
      throw new EngineError('unavailable', `the launcher could not be started: ${error.message}`, { cause: error });
    }
    if (status !== 0) {
      throw new EngineError(
        'unsupported',
        stderr
          .toString('utf8')
          .trim()
          .replace(/^estrato-launcher: /, ''),
      );
    }
  }

  #pathOf(path: string): Buffer | string {
    return onDisk(path === '' ? this.#options.root : `${this.#options.root}/${path}`);
  }
}

/** Whiteouts are overlay's: character devices 0/0 (the kernel's overlayfs.rst, "whiteouts and opaque directories"). */
function nodeRecord(node: TreeNode): readonly Buffer[] {
  const { kind, mode } = node;
  // Only root may give something away.
  const { uid, gid } = isRoot() ? node : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const letters = { 'character-device': 'c', 'block-device': 'b', fifo: 'p', whiteout: 'c' } as const;
  if (kind.type === 'directory' || kind.type === 'file' || kind.type === 'symlink') return [];
  const { major, minor } = node.device ?? { major: 0, minor: 0 };
  const numbers = [mode.toString(8), major, minor, uid, gid, Math.floor(node.mtime)];
  return [record('node', node.path, letters[kind.type], ...numbers.map(String))];
}

function xattrRecords(node: TreeNode): readonly Buffer[] {
  const kept = keptXattrs(node, opaqueAttribute());
  return kept.map(([name, value]) => record('xattr', node.path, name, Buffer.from(value).toString('hex')));
}

function record(...fields: readonly string[]): Buffer {
  return Buffer.concat(fields.flatMap((field) => [pathBytes(field), Buffer.of(0)]));
}

/**
 * What overlayfs looks for (its documentation, "whiteouts and opaque directories"; "userxattr"): whoever isn't root mounts
 * it in a user namespace only.
 */
function opaqueAttribute(): string {
  return isInUserNamespace() || !isRoot() ? 'user.overlay.opaque' : 'trusted.overlay.opaque';
}

function isRoot(): boolean {
  return process.geteuid?.() === 0;
}
