import type { BigIntStats } from 'node:fs';

import { encodeTarHeader, tarPadding, type TarRecord } from './encode-tar.ts';
import { isAbsent, type HeldDirectory } from './held-directory.ts';
import type { TarEntry, TarEntryType } from './tar-entry.ts';

const CHUNK_BYTES = 256 * 1024;

type Attributes = TarEntry['xattrs'];

export interface TreeTarOptions {
  /** Directories of which only themselves are written, by their names in the tar. */
  readonly isLeftEmpty?: (as: string) => boolean;
  /** Extended attributes, by the same names: Node reads none itself. */
  readonly attributesOf?: (as: string) => Attributes;
}

/** A tree as a tar, piece by piece and at the reader's pace. Sockets are left out, as every tar leaves them out. */
export class TreeTar {
  readonly #isLeftEmpty: (as: string) => boolean;
  readonly #attributesOf: (as: string) => Attributes;

  constructor({ isLeftEmpty = () => false, attributesOf = () => new Map() }: TreeTarOptions = {}) {
    this.#isLeftEmpty = isLeftEmpty;
    this.#attributesOf = attributesOf;
  }

  /** Where an inode with several names was written first. */
  readonly #linked = new Map<string, string>();

  /** What is in a directory, the directory itself not. `prefix` is empty or ends in a slash. */
  async *children(directory: HeldDirectory, prefix: string): AsyncGenerator<Buffer> {
    for (const name of await directory.names()) {
      const stats = await directory.stat(name);
      // Gone while others were being written: an export of what runs is of one moment for each file only.
      if (stats === undefined) continue;
      yield* this.entry(directory, name, { stats, as: `${prefix}${name}` });
    }
  }

  /** One thing, with all that is in it, under a name of the caller's. */
  async *entry(
    directory: HeldDirectory,
    name: string,
    { stats, as }: { readonly stats: BigIntStats; readonly as: string },
  ): AsyncGenerator<Buffer> {
    const type = typeOf(stats);
    if (type === undefined) return;
    const xattrs = this.#attributesOf(as);
    if (type === 'directory') {
      yield encodeTarHeader(recordOf(stats, { type, name: `${as}/` }), xattrs);
      if (this.#isLeftEmpty(as)) return;
      await using inside = await directory.enter(name);
      yield* this.children(inside, `${as}/`);
      return;
    }
    const known = this.#firstName(stats, as);
    if (known !== undefined) yield encodeTarHeader(recordOf(stats, { type: 'hardlink', name: as, linkName: known }));
    else if (type === 'symlink') {
      yield encodeTarHeader(recordOf(stats, { type, name: as, linkName: await directory.readlink(name) }), xattrs);
    } else if (type === 'file') yield* fileOf(directory, name, { stats, as, xattrs });
    else yield encodeTarHeader(recordOf(stats, { type, name: as }), xattrs);
  }

  #firstName({ nlink, dev, ino }: BigIntStats, as: string): string | undefined {
    if (nlink < 2n) return undefined;
    const key = `${dev}:${ino}`;
    const known = this.#linked.get(key);
    if (known === undefined) this.#linked.set(key, as);
    return known;
  }
}

/** As many bytes as the header says, however the file changes meanwhile: a tar is read by counting. */
async function* fileOf(
  directory: HeldDirectory,
  name: string,
  { stats, as, xattrs }: { readonly stats: BigIntStats; readonly as: string; readonly xattrs: Attributes },
): AsyncGenerator<Buffer> {
  await using file = await directory.openFile(name).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  if (file === undefined) return;
  const size = Number(stats.size);
  yield encodeTarHeader(recordOf(stats, { type: 'file', name: as, size }), xattrs);
  let rest = size;
  while (rest > 0) {
    const chunk = Buffer.allocUnsafe(Math.min(rest, CHUNK_BYTES));
    const { bytesRead } = await file.read(chunk);
    if (bytesRead === 0) chunk.fill(0);
    const piece = bytesRead === 0 ? chunk : chunk.subarray(0, bytesRead);
    rest -= piece.length;
    yield piece;
  }
  yield tarPadding(size);
}

export function typeOf(stats: BigIntStats): TarEntryType | undefined {
  if (stats.isDirectory()) return 'directory';
  if (stats.isFile()) return 'file';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isCharacterDevice()) return 'character-device';
  if (stats.isBlockDevice()) return 'block-device';
  return stats.isFIFO() ? 'fifo' : undefined;
}

export function recordOf(
  { mode, uid, gid, mtimeMs, rdev }: BigIntStats,
  { type, name, linkName = '', size = 0 }: Pick<TarRecord, 'type' | 'name'> & Partial<TarRecord>,
): TarRecord {
  return {
    name,
    type,
    linkName,
    size,
    mode: Number(mode) & 0o7777,
    uid: Number(uid),
    gid: Number(gid),
    mtime: Math.floor(Number(mtimeMs) / 1000),
    // As the kernel packs them (makedev(3)).
    major: Number((rdev >> 8n) & 0xfffn),
    minor: Number((rdev & 0xffn) | ((rdev >> 12n) & 0xfff00n)),
  };
}
