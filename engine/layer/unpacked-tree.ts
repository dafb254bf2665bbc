import { quoted } from '#engine/archive/tar-entry.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { TreeNode, type Attributes, type NodeKind } from './tree-node.ts';

/** As many as Linux follows (path_resolution(7)). */
const MAX_LINKS = 40;

/** As many directories in one another as a name of an archive may have: links in it may lead no deeper. */
const MAX_DEPTH = 1536;

/** What the map tells the disk to do; in this order, each at once. Paths are relative to the tree. */
export interface TreeChanges {
  makeDirectory(path: string): void;
  remove(path: string): void;
}

/**
 * Everything that has been unpacked of one layer so far.
 *
 * The tree on disk begins empty and only this layer writes to it, so the map knows what every name is: no path is ever
 * handed to the kernel that has a link in it.
 */
export class UnpackedTree {
  readonly root: TreeNode;
  readonly #changes: TreeChanges;

  constructor(changes: TreeChanges) {
    this.#changes = changes;
    this.root = new TreeNode(undefined, '', { kind: { type: 'directory' }, attributes: impliedAttributes(0) });
    this.root.isImplied = true;
  }

  /**
   * The directory of a path; parts that aren't there are made, with the time of the entry that implies them.
   *
   * @param entry named in sentences.
   * @throws EngineError `corrupt` when a part is no directory, or a link that leads out of the layer.
   */
  directory(parts: readonly string[], entry: string, mtime: number): TreeNode {
    return this.#walk(parts, entry, (parent, name) => this.#imply(parent, name, mtime));
  }

  /** The node by that path, with links in its directory followed, but not itself. Undefined when absent. */
  find(parts: readonly string[], entry: string): TreeNode | undefined {
    const name = parts.at(-1);
    if (name === undefined) return this.root;
    try {
      return this.#walk(parts.slice(0, -1), entry, () => {
        throw new Absent();
      }).child(name);
    } catch (error) {
      if (error instanceof Absent) return undefined;
      throw error;
    }
  }

  /** Puts a node in the place of what may be there. A directory that is there already keeps what is in it. */
  place(parent: TreeNode, name: string, is: { kind: NodeKind; attributes: Attributes }): TreeNode {
    const existing = parent.child(name);
    if (existing?.kind.type === 'directory' && is.kind.type === 'directory') {
      existing.attributes = is.attributes;
      existing.isImplied = false;
      return existing;
    }
    if (existing !== undefined) this.remove(existing);
    const node = new TreeNode(parent, name, is);
    node.hidesBelow = existing?.hidesBelow === true || is.kind.type === 'whiteout';
    node.isOpaque = node.hidesBelow && is.kind.type === 'directory';
    parent.setChild(node);
    node.file?.add(node);
    if (is.kind.type === 'directory') this.#changes.makeDirectory(node.path);
    return node;
  }

  /** Hides what the layers below have by that name, and leaves what this layer has (layer.md, "Whiteouts"). */
  whiteOut(parent: TreeNode, name: string, mtime: number): void {
    const existing = parent.child(name);
    if (existing === undefined) {
      const attributes = { mode: 0, uid: 0, gid: 0, mtime, xattrs: new Map() };
      this.place(parent, name, { kind: { type: 'whiteout' }, attributes });
      return;
    }
    existing.hidesBelow = true;
    existing.isOpaque = existing.kind.type === 'directory';
  }

  remove(node: TreeNode): void {
    for (const gone of [...node.beneath(), node]) gone.file?.remove(gone);
    node.parent?.removeChild(node.name);
    this.#changes.remove(node.path);
  }

  #imply(parent: TreeNode, name: string, mtime: number): TreeNode {
    const node = this.place(parent, name, { kind: { type: 'directory' }, attributes: impliedAttributes(mtime) });
    node.isImplied = true;
    return node;
  }

  #walk(parts: readonly string[], entry: string, missing: (parent: TreeNode, name: string) => TreeNode): TreeNode {
    const queue = [...parts];
    let at = this.root;
    let links = 0;
    let depth = 0;
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      if (name === '..') {
        at = at.parent ?? escapes(entry);
        depth -= 1;
        continue;
      }
      const child = at.child(name);
      if (child?.kind.type === 'symlink') {
        links += 1;
        queue.unshift(...linkParts(child, links, entry));
      } else if (child === undefined || child.kind.type === 'whiteout') {
        at = missing(at, name);
      } else if (child.kind.type === 'directory') {
        at = child;
      } else {
        throw new EngineError('corrupt', `${quoted(entry)} is in ${quoted(child.path)}, which is no directory`);
      }
      if (child?.kind.type !== 'symlink') depth += 1;
      if (depth > MAX_DEPTH)
        throw new EngineError('corrupt', `${quoted(entry)} is deeper than any path can be on Linux`);
    }
    return at;
  }
}

class Absent extends Error {}

/** Relative links inside the layer are common (`bin` to `usr/bin`); any other could lead out of it. */
function linkParts(link: TreeNode, count: number, entry: string): readonly string[] {
  const target = link.linkTarget ?? '';
  if (target.startsWith('/') || count > MAX_LINKS) return escapes(entry);
  return target.split('/').filter((part) => part !== '' && part !== '.');
}

function escapes(entry: string): never {
  throw new EngineError('corrupt', `${quoted(entry)} leads out of the layer through a symbolic link`);
}

function impliedAttributes(mtime: number): Attributes {
  return { mode: 0o755, uid: 0, gid: 0, mtime, xattrs: new Map() };
}
