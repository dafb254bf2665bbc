import type { EntryType } from '#engine/contract/layer.ts';

import type { IndexEntry } from './encode-entry-index.ts';

export interface Attributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Unix seconds, with a fraction when the archive has one. */
  readonly mtime: number;
  /** The same exactly, beyond the whole second below it. */
  readonly nanoseconds?: number;
  readonly xattrs: ReadonlyMap<string, Uint8Array>;
}

/** What the names of one file share. */
export class SharedFile {
  /** Bytes. */
  readonly size: number;
  readonly tarOffset: number | undefined;
  /** As `IndexEntry` has it. */
  contentDigest: string | undefined;
  #primary: TreeNode | undefined;
  /** None until there is one: nearly all files have a single name. */
  #links: Set<TreeNode> | undefined;

  constructor({ size, tarOffset }: Pick<SharedFile, 'size' | 'tarOffset'>) {
    this.size = size;
    this.tarOffset = tarOffset;
  }

  /** The name that counts as the file; the others are its hard links. */
  get primary(): TreeNode | undefined {
    return this.#primary;
  }

  add(name: TreeNode): void {
    if (this.#primary === undefined) this.#primary = name;
    else (this.#links ??= new Set()).add(name);
  }

  /** When the name that counts as the file goes, the next one takes its place. */
  remove(name: TreeNode): void {
    if (this.#links?.delete(name) === true || name !== this.#primary) return;
    const [heir] = this.#links ?? [];
    this.#primary = heir;
    if (heir === undefined) return;
    heir.attributes = name.attributes;
    this.#links?.delete(heir);
  }
}

/** What a node is, beside its name and attributes. */
export type NodeKind =
  | { readonly type: 'directory' }
  | { readonly type: 'file'; readonly file: SharedFile }
  | { readonly type: 'symlink'; readonly target: string }
  | {
      readonly type: 'character-device' | 'block-device' | 'fifo';
      readonly device: { readonly major: number; readonly minor: number };
    }
  | { readonly type: 'whiteout' };

/** A name of the tree that is being unpacked, as it is so far. */
export class TreeNode implements IndexEntry {
  readonly name: string;
  readonly parent: TreeNode | undefined;
  kind: NodeKind;
  attributes: Attributes;
  isImplied = false;
  isOpaque = false;
  /** Whether a whiteout of the same layer hides what the layers below have by this name. */
  hidesBelow = false;
  /** Of what has none, as nearly all have, not even an empty map: there may be a million. */
  #children: Map<string, TreeNode> | undefined;

  constructor(parent: TreeNode | undefined, name: string, is: { kind: NodeKind; attributes: Attributes }) {
    this.parent = parent;
    this.name = name;
    this.kind = is.kind;
    this.attributes = is.attributes;
  }

  child(name: string): TreeNode | undefined {
    return this.#children?.get(name);
  }

  setChild(node: TreeNode): void {
    this.#children ??= new Map();
    this.#children.set(node.name, node);
  }

  removeChild(name: string): void {
    this.#children?.delete(name);
  }

  get children(): Iterable<TreeNode> {
    return this.#children?.values() ?? [];
  }

  /** Relative to the tree, without a leading slash; empty for the root. */
  get path(): string {
    if (this.parent === undefined) return '';
    return this.parent.parent === undefined ? this.name : `${this.parent.path}/${this.name}`;
  }

  get file(): SharedFile | undefined {
    return this.kind.type === 'file' ? this.kind.file : undefined;
  }

  get type(): EntryType {
    const { file } = this;
    return file === undefined || file.primary === this ? this.kind.type : 'hardlink';
  }

  /** Of the names of a file, the attributes are one and the same. */
  get #shared(): Attributes {
    return this.file?.primary?.attributes ?? this.attributes;
  }

  get mode(): number {
    return this.#shared.mode;
  }

  get uid(): number {
    return this.#shared.uid;
  }

  get gid(): number {
    return this.#shared.gid;
  }

  get mtime(): number {
    return this.#shared.mtime;
  }

  get nanoseconds(): number {
    return this.#shared.nanoseconds ?? 0;
  }

  get xattrs(): ReadonlyMap<string, Uint8Array> {
    return this.#shared.xattrs;
  }

  get size(): number {
    return this.file?.size ?? 0;
  }

  get contentDigest(): string | undefined {
    return this.file?.contentDigest;
  }

  get tarOffset(): number | undefined {
    return this.file?.tarOffset;
  }

  get device(): { readonly major: number; readonly minor: number } | undefined {
    return 'device' in this.kind ? this.kind.device : undefined;
  }

  get linkTarget(): string | undefined {
    if (this.kind.type === 'symlink') return this.kind.target;
    return this.type === 'hardlink' ? `/${this.file?.primary?.path ?? ''}` : undefined;
  }

  /** Every node beneath, each after its children. */
  *beneath(): Generator<TreeNode> {
    for (const child of this.children) {
      yield* child.beneath();
      yield child;
    }
  }
}

/** The root counts as an entry when the archive has one for it, and so does any other directory. */
export function layerTotals(root: TreeNode): { size: number; entryCount: number } {
  let size = 0;
  let entryCount = 0;
  for (const node of [...root.beneath(), root]) {
    if (node.type === 'file') size += node.size;
    if (!node.isImplied) entryCount += 1;
  }
  return { size, entryCount };
}
