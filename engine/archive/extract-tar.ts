import { constants, type BigIntStats } from 'node:fs';
import { lchown, link, lutimes, mkdir, open, rmdir, symlink, unlink, type FileHandle } from 'node:fs/promises';

import { EngineError } from '#engine/contract/errors.ts';

import { decompressed } from './decompress.ts';
import { entryPath } from './entry-path.ts';
import { isAbsent, type HeldDirectory } from './held-directory.ts';
import { pathBytes } from './path-text.ts';
import { readTar } from './read-tar.ts';
import { resolveBeneath, type Place } from './resolve-beneath.ts';
import { quoted, type TarEntry } from './tar-entry.ts';

export interface ExtractOptions {
  /** Refuse to put a directory in the place of something else, or the other way round. */
  readonly keepKinds: boolean;
  /** Whose everything is to be, instead of whom the archive names. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /** Owners that this engine can't give are passed over. */
  readonly lenientOwners: boolean;
  /** What can't be made here; without it nodes are refused, and attributes left out. */
  readonly finishing?: Finishing;
  /** What an entry is called here, instead of what the archive calls it. */
  readonly called?: (name: string) => string;
  /** Throws for a place in the tree, absolute and without links, where nothing may be put. */
  readonly check?: (path: string) => void;
}

/** Nodes and extended attributes: Node has no calls for them. */
export interface Finishing {
  /** @param path absolute, in the tree. A node is not there yet; anything else is, but for its bytes. */
  note(path: string, entry: TarEntry): void;
  /** All else is there. Times of directories are set afterwards. */
  finish(): Promise<void>;
}

/**
 * Puts what a tar holds into a directory of a tree, over what is there. Links on the way lead within the tree only.
 *
 * @param into where in the tree, absolute; a directory.
 * @throws EngineError `corrupt` for a damaged or climbing archive, `unsupported` for device nodes, `invalid-argument`
 * for what `keepKinds` refuses.
 */
export async function extractTar(
  root: HeldDirectory,
  into: string,
  { source, ...options }: ExtractOptions & { readonly source: AsyncIterable<Uint8Array> },
): Promise<void> {
  const extraction = new Extraction(root, into, options);
  let file: FileHandle | undefined;
  try {
    for await (const part of readTar(decompressed(source))) {
      if (part.kind === 'entry') file = await extraction.make(part.entry);
      else if (part.kind === 'data') await file?.writeFile(part.bytes);
      else {
        await extraction.finish(file);
        file = undefined;
      }
    }
  } finally {
    await file?.close();
  }
  await options.finishing?.finish();
  await extraction.setTimes();
}

class Extraction {
  readonly #root: HeldDirectory;
  readonly #into: string;
  readonly #options: ExtractOptions;
  /** Made in, a directory's time changes: it is set last. */
  readonly #times: { readonly path: string; readonly mtime: number }[] = [];
  #entry: TarEntry | undefined;

  constructor(root: HeldDirectory, into: string, options: ExtractOptions) {
    this.#root = root;
    this.#into = into;
    this.#options = options;
  }

  /** @returns what the entry's bytes go to, if it is a file. */
  async make(entry: TarEntry): Promise<FileHandle | undefined> {
    this.#entry = entry;
    const words = entryPath(this.#called(entry.name));
    const name = words.at(-1);
    await using parent = await this.#parentOf(words);
    if (name !== undefined) return await this.#makeIn(parent, name, entry);
    await this.#setDirectory(parent.directory, parent.path, entry);
    this.#options.finishing?.note(parent.path, entry);
    return undefined;
  }

  async #makeIn(parent: Place, name: string, entry: TarEntry): Promise<FileHandle | undefined> {
    const { directory } = parent;
    const path = parent.path === '/' ? `/${name}` : `${parent.path}/${name}`;
    this.#options.check?.(path);
    const existing = await directory.stat(name);
    const isMerged = existing?.isDirectory() === true && entry.type === 'directory';
    if (existing !== undefined && !isMerged) await this.#makeRoom(directory, name, existing);
    if (entry.type !== 'hardlink') this.#options.finishing?.note(path, entry);
    if (entry.type === 'file') {
      const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
      return open(directory.place(name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    }
    if (entry.type === 'directory') {
      if (!isMerged) await mkdir(directory.place(name), { mode: 0o700 });
      await using made = await directory.enter(name);
      await this.#setDirectory(made, `${parent.path}/${name}`, entry);
    } else await this.#makeOther(directory, name, entry);
    return undefined;
  }

  /** The owner before the mode: giving a file away takes setuid from it. */
  async finish(file: FileHandle | undefined): Promise<void> {
    if (file === undefined || this.#entry === undefined) return;
    const { mode, mtime } = this.#entry;
    const { uid, gid } = this.#options.owner ?? this.#entry;
    await this.#giving(file.chown(uid, gid));
    await file.chmod(mode);
    await file.utimes(mtime, mtime);
    await file.close();
  }

  async setTimes(): Promise<void> {
    for (const { path, mtime } of this.#times.toReversed()) {
      await using place = await resolveBeneath(this.#root, path, { followLast: false });
      if (place.name === undefined) await place.directory.utimes(mtime);
      else await lutimes(place.directory.place(place.name), mtime, mtime);
    }
  }

  /** Beneath the directory, however absolute the archive has it. */
  #called(name: string): string {
    const { called = (same: string) => same } = this.#options;
    return called(name).replace(/^\/+/, './');
  }

  #parentOf(words: readonly string[]): Promise<Place> {
    const path = [this.#into, ...words.slice(0, -1)].join('/');
    return resolveBeneath(this.#root, path, { followLast: true, make: words.length > 1 });
  }

  async #setDirectory(directory: HeldDirectory, path: string, { uid, gid, mode, mtime }: TarEntry): Promise<void> {
    const owner = this.#options.owner ?? { uid, gid };
    await this.#giving(directory.chown(owner.uid, owner.gid));
    await directory.chmod(mode);
    this.#times.push({ path, mtime });
  }

  async #makeRoom(directory: HeldDirectory, name: string, existing: BigIntStats): Promise<void> {
    const isDirectory = this.#entry?.type === 'directory';
    if (this.#options.keepKinds && existing.isDirectory() !== isDirectory) {
      const [one, other] = isDirectory ? ['non-directory', 'directory'] : ['directory', 'non-directory'];
      throw new EngineError('invalid-argument', `cannot overwrite ${one} ${quoted(name)} with ${other}`);
    }
    await removeTree(directory, name, existing);
  }

  async #makeOther(directory: HeldDirectory, name: string, entry: TarEntry): Promise<void> {
    const place = directory.place(name);
    if (entry.type === 'symlink') {
      await symlink(pathBytes(entry.linkName), place);
      const { uid, gid } = this.#options.owner ?? entry;
      await this.#giving(lchown(place, uid, gid));
      await lutimes(place, entry.mtime, entry.mtime);
      return;
    }
    if (entry.type === 'hardlink') {
      const target = [this.#into, ...entryPath(this.#called(entry.linkName))].join('/');
      await using first = await resolveBeneath(this.#root, target, { followLast: false });
      await linkKnown(first.directory.place(first.name ?? ''), place, entry);
      return;
    }
    // It is made last.
    if (this.#options.finishing !== undefined) return;
    throw new EngineError(
      'unsupported',
      `${quoted(entry.name)} is a device or a fifo, which can't be copied; leave it out of the archive.`,
    );
  }

  async #giving(change: Promise<void>): Promise<void> {
    try {
      await change;
    } catch (error) {
      // Of an id that a user namespace doesn't have, or without the right: whoever copies owns it then.
      if (!this.#options.lenientOwners) throw error;
    }
  }
}

async function linkKnown(first: Buffer, place: Buffer, { name, linkName }: TarEntry): Promise<void> {
  try {
    await link(first, place);
  } catch (cause) {
    if (!isAbsent(cause)) throw cause;
    const words = `${quoted(name)} is a link to ${quoted(linkName)}, which the archive has no file of before it`;
    throw new EngineError('corrupt', words, { cause });
  }
}

/** Everything below a name, from one held directory to the next. */
async function removeTree(directory: HeldDirectory, name: string, stats: BigIntStats | undefined): Promise<void> {
  if (stats === undefined) return;
  if (!stats.isDirectory()) {
    await unlink(directory.place(name));
    return;
  }
  {
    await using inside = await directory.enter(name);
    for (const child of await inside.names()) await removeTree(inside, child, await inside.stat(child));
  }
  await rmdir(directory.place(name));
}
