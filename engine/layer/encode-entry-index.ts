import { createHash } from 'node:crypto';

import { pathBytes } from '#engine/archive/path-text.ts';
import type { EntryType } from '#engine/contract/layer.ts';

import {
  CHECKSUM_BYTES,
  DIGEST_BYTES,
  entryTypes,
  IMPLIED,
  layoutOf,
  MAGIC,
  NO_PARENT,
  OPAQUE,
  type Layout,
} from './index-format.ts';
import type { LayerRecord } from './layer-store.ts';

/** An entry as the index takes it; `EntryIndex` says what each field means. */
export interface IndexEntry {
  readonly name: string;
  readonly type: EntryType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly device?: { readonly major: number; readonly minor: number } | undefined;
  readonly linkTarget?: string | undefined;
  /** By name. */
  readonly xattrs?: ReadonlyMap<string, Uint8Array> | undefined;
  /** Its 32 bytes, a letter each (latin1): of a million files, buffers would be most of what a thread has. */
  readonly contentDigest?: string | undefined;
  readonly tarOffset?: number | undefined;
  readonly isOpaque?: boolean | undefined;
  readonly isImplied?: boolean | undefined;
  readonly children?: Iterable<IndexEntry> | undefined;
}

interface Placed {
  readonly entry: IndexEntry;
  readonly parent: number;
  /** Where its name ends among all names; it begins where the one before ends. */
  readonly nameEnd: number;
  firstChild: number;
  childCount: number;
}

/** The bytes of the index of a tree. Siblings may come in any order, but no two by one name. */
export function encodeEntryIndex(record: LayerRecord, root: IndexEntry): Buffer {
  const { placed, names } = inOrder(root);
  const recordBytes = Buffer.from(JSON.stringify(record), 'utf8');
  const texts = new TextTable();
  const links = Uint32Array.from(placed, ({ entry: { linkTarget } }) =>
    texts.add(linkTarget === undefined ? undefined : pathBytes(linkTarget)),
  );
  const xattrs = Uint32Array.from(placed, ({ entry }) => texts.add(xattrText(entry.xattrs)));
  const counts = {
    record: recordBytes.length,
    entries: placed.length,
    names: names.length,
    texts: texts.items.length,
    textBytes: texts.byteLength,
    digests: placed.reduce((count, { entry }) => count + (entry.contentDigest === undefined ? 0 : 1), 0),
  };
  const layout = layoutOf(counts);
  const file = Buffer.alloc(layout.end + CHECKSUM_BYTES);
  MAGIC.copy(file);
  Object.values(counts).forEach((count, place) => file.writeUInt32LE(count, MAGIC.length + 4 * place));
  recordBytes.copy(file, layout.record);
  file.set(names, layout.names);
  texts.writeTo(file, layout);
  writeColumns(file, layout, placed);
  for (const entry of placed.keys()) {
    file.writeUInt32LE(links[entry] ?? 0, layout.linkText + 4 * entry);
    file.writeUInt32LE(xattrs[entry] ?? 0, layout.xattrText + 4 * entry);
  }
  createHash('sha256').update(file.subarray(0, layout.end)).digest().copy(file, layout.end);
  return file;
}

/** Breadth first, so that children are contiguous and come after their parents. */
function inOrder(root: IndexEntry): { readonly placed: readonly Placed[]; readonly names: Uint8Array } {
  const names = new NameList();
  const placed: Placed[] = [{ entry: root, parent: NO_PARENT, nameEnd: 0, firstChild: 0, childCount: 0 }];
  for (let at = 0; at < placed.length; at += 1) {
    const current = placed[at];
    const children = Array.from(current?.entry.children ?? [], (entry) => ({ entry, name: pathBytes(entry.name) }));
    if (current === undefined || children.length === 0) continue;
    children.sort((one, other) => Buffer.compare(one.name, other.name));
    current.firstChild = placed.length;
    current.childCount = children.length;
    for (const { entry, name } of children) {
      placed.push({ entry, parent: at, nameEnd: names.add(name), firstChild: 0, childCount: 0 });
    }
  }
  return { placed, names: names.bytes };
}

/** Names one after the other, in memory that doubles. */
class NameList {
  #buffer = Buffer.alloc(4096);
  #end = 0;

  /** @returns where it ends. */
  add(name: Buffer): number {
    const end = this.#end + name.length;
    if (end > this.#buffer.length) this.#buffer = Buffer.concat([this.#buffer], 2 * end);
    name.copy(this.#buffer, this.#end);
    this.#end = end;
    return end;
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#end);
  }
}

function writeColumns(file: Buffer, layout: Layout, placed: readonly Placed[]): void {
  let digestCount = 0;
  placed.forEach(({ entry, nameEnd, parent, firstChild, childCount }, at) => {
    if (entry.contentDigest !== undefined) {
      file.write(entry.contentDigest, layout.digests + DIGEST_BYTES * digestCount, DIGEST_BYTES, 'latin1');
      digestCount += 1;
    }
    file.writeDoubleLE(entry.size, layout.size + 8 * at);
    file.writeDoubleLE(entry.mtime, layout.mtime + 8 * at);
    file.writeDoubleLE(entry.tarOffset ?? -1, layout.tarOffset + 8 * at);
    file.writeUInt32LE(nameEnd, layout.nameOffset + 4 * (at + 1));
    file.writeUInt32LE(parent, layout.parent + 4 * at);
    file.writeUInt32LE(firstChild, layout.firstChild + 4 * at);
    file.writeUInt32LE(childCount, layout.childCount + 4 * at);
    file.writeUInt32LE(entry.uid, layout.uid + 4 * at);
    file.writeUInt32LE(entry.gid, layout.gid + 4 * at);
    const { major, minor } = entry.device ?? { major: 0, minor: 0 };
    file.writeUInt32LE(((major << 20) | minor) >>> 0, layout.device + 4 * at);
    file.writeUInt32LE(entry.contentDigest === undefined ? 0 : digestCount, layout.digest + 4 * at);
    file.writeUInt16LE(entry.mode & 0o7777, layout.mode + 2 * at);
    file.writeUInt8(entryTypes.indexOf(entry.type), layout.type + at);
    file.writeUInt8(
      (entry.isOpaque === true ? OPAQUE : 0) | (entry.isImplied === true ? IMPLIED : 0),
      layout.flags + at,
    );
  });
}

/** One line an attribute, `<base64> <name>`: a name may hold anything but a newline, base64 no space. */
function xattrText(xattrs: ReadonlyMap<string, Uint8Array> | undefined): Buffer | undefined {
  if (xattrs === undefined || xattrs.size === 0) return undefined;
  const sorted = [...xattrs].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Buffer.from(
    sorted.map(([name, value]) => `${Buffer.from(value).toString('base64')} ${name}`).join('\n'),
    'utf8',
  );
}

/** Each text once, numbered from 1. */
class TextTable {
  readonly items: Buffer[] = [];
  readonly #numbers = new Map<string, number>();
  byteLength = 0;

  add(text: Buffer | undefined): number {
    if (text === undefined) return 0;
    const key = text.toString('latin1');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.items.push(text);
    this.byteLength += text.length;
    this.#numbers.set(key, this.items.length);
    return this.items.length;
  }

  writeTo(file: Buffer, layout: Layout): void {
    let end = 0;
    this.items.forEach((text, place) => {
      text.copy(file, layout.texts + end);
      end += text.length;
      file.writeUInt32LE(end, layout.textOffset + 4 * (place + 1));
    });
  }
}
