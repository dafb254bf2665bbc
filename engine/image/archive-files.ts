import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';

import { decompressed } from '#engine/archive/decompress.ts';
import { inLargeChunks } from '#engine/archive/in-large-chunks.ts';
import { readTar } from '#engine/archive/read-tar.ts';
import type { TarEntry } from '#engine/archive/tar-entry.ts';
import type { BlobSpool, BlobStore } from '#engine/content/blob-store.ts';
import { explainWriteFailure } from '#engine/content/file-failures.ts';
import { untilAborted } from '#engine/content/until-aborted.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';

const MOST_DOCUMENT_BYTES = 4 * 1024 * 1024;
const MOST_FILES = 100_000;

/** A file of an archive, stored as what it is called by its bytes. */
export interface SpooledFile {
  readonly spool: BlobSpool;
  readonly digest: Digest;
}

/** The files of an archive, spooled as blobs: no name of the archive's reaches the disk. */
export class Archive implements AsyncDisposable {
  readonly #files = new Map<string, SpooledFile>();
  readonly #links = new Map<string, string>();

  /** Checked before there is a file for it. */
  makeRoom(): void {
    if (this.#files.size < MOST_FILES) return;
    throw new EngineError('too-large', `The archive has more than ${MOST_FILES} files, more than any image.`);
  }

  /** The last of a name is the one that counts, as with tar. */
  async add(name: string, file: SpooledFile): Promise<void> {
    const normal = posix.normalize(name);
    await this.#files.get(normal)?.spool[Symbol.asyncDispose]();
    this.#files.set(normal, file);
  }

  /** Older `docker save` wrote a layer that two images share once, and a link. */
  addLink(name: string, target: string): void {
    this.#links.set(posix.normalize(name), posix.normalize(target));
  }

  has(name: string): boolean {
    return this.#files.has(name);
  }

  file(name: string): SpooledFile {
    const normal = posix.normalize(name);
    const found = this.#files.get(normal) ?? this.#files.get(this.#links.get(normal) ?? '');
    if (found === undefined) {
      throw new EngineError('corrupt', `The archive lacks ${name.slice(0, 200)}, which it says it has; make it again.`);
    }
    return found;
  }

  async read(name: string): Promise<Uint8Array> {
    const { path, size } = this.file(name).spool;
    if (size > MOST_DOCUMENT_BYTES) {
      throw new EngineError('too-large', `${name.slice(0, 200)} of the archive is larger than any such document.`);
    }
    return readFile(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { spool } of this.#files.values()) await spool[Symbol.asyncDispose]();
  }
}

/**
 * Takes an archive apart, compressed or not.
 *
 * @throws EngineError `corrupt` when it is no tar or cut off, `out-of-space`, `cancelled` when the signal fires.
 */
export async function unpackArchive(
  blobs: BlobStore,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<Archive> {
  await using undo = new AsyncDisposableStack();
  try {
    const archive = undo.use(new Archive());
    await spoolFiles(archive, blobs, inLargeChunks(untilAborted(source, signal)));
    undo.move();
    return archive;
  } catch (error) {
    throw explained(error);
  }
}

interface Incoming {
  readonly name: string;
  readonly spool: BlobSpool;
}

async function spoolFiles(archive: Archive, blobs: BlobStore, source: AsyncIterable<Uint8Array>): Promise<void> {
  let incoming: Incoming | undefined;
  try {
    for await (const part of readTar(decompressed(source, { lendsChunks: true }))) {
      if (part.kind === 'entry') incoming = await begin(archive, blobs, part.entry);
      else if (part.kind === 'data') await incoming?.spool.append(part.bytes);
      else if (incoming !== undefined) {
        const { name, spool } = incoming;
        await archive.add(name, { spool, digest: await spool.end() });
        incoming = undefined;
      }
    }
  } finally {
    await incoming?.spool[Symbol.asyncDispose]();
  }
}

async function begin(archive: Archive, blobs: BlobStore, entry: TarEntry): Promise<Incoming | undefined> {
  const { name, type, linkName } = entry;
  if (type === 'hardlink') archive.addLink(name, linkName);
  if (type === 'symlink') archive.addLink(name, posix.join(posix.dirname(name), linkName));
  if (type !== 'file') return undefined;
  archive.makeRoom();
  return { name, spool: await blobs.spool() };
}

function explained(error: unknown): unknown {
  if (!(error instanceof EngineError) || !['corrupt', 'too-large'].includes(error.code))
    return explainWriteFailure(error, 'the archive');
  return new EngineError(error.code, `The archive can't be used: ${error.message}; make or download it again.`, {
    cause: error,
  });
}
