import { mkdtemp, open, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import { join, posix } from 'node:path';

import { decompressed } from '#engine/archive/decompress.ts';
import { readTar } from '#engine/archive/read-tar.ts';
import type { TarEntry } from '#engine/archive/tar-entry.ts';
import { explainWriteFailure } from '#engine/content/file-failures.ts';
import { untilAborted } from '#engine/content/until-aborted.ts';
import { EngineError } from '#engine/contract/errors.ts';

const MOST_DOCUMENT_BYTES = 4 * 1024 * 1024;
const MOST_FILES = 100_000;

/** The files of an archive, under names of ours in a directory of its own: no name of the archive's reaches the disk. */
export class Archive implements AsyncDisposable {
  readonly #dir: string;
  readonly #files = new Map<string, string>();
  readonly #links = new Map<string, string>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Where the next file goes. */
  add(name: string): string {
    if (this.#files.size >= MOST_FILES) {
      throw new EngineError('too-large', `The archive has more than ${MOST_FILES} files, more than any image.`);
    }
    const path = join(this.#dir, String(this.#files.size));
    this.#files.set(posix.normalize(name), path);
    return path;
  }

  /** Older `docker save` wrote a layer that two images share once, and a link. */
  addLink(name: string, target: string): void {
    this.#links.set(posix.normalize(name), posix.normalize(target));
  }

  has(name: string): boolean {
    return this.#files.has(name);
  }

  path(name: string): string {
    const normal = posix.normalize(name);
    const found = this.#files.get(normal) ?? this.#files.get(this.#links.get(normal) ?? '');
    if (found === undefined) {
      throw new EngineError('corrupt', `The archive lacks ${name.slice(0, 200)}, which it says it has; make it again.`);
    }
    return found;
  }

  async read(name: string): Promise<Uint8Array> {
    const path = this.path(name);
    if ((await stat(path)).size > MOST_DOCUMENT_BYTES) {
      throw new EngineError('too-large', `${name.slice(0, 200)} of the archive is larger than any such document.`);
    }
    return readFile(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#dir, { recursive: true, force: true });
  }
}

/**
 * Takes an archive apart, compressed or not.
 *
 * @throws EngineError `corrupt` when it is no tar or cut off, `out-of-space`, `cancelled` when the signal fires.
 */
export async function unpackArchive(
  temporaryDir: string,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<Archive> {
  await using undo = new AsyncDisposableStack();
  try {
    const archive = undo.use(new Archive(await mkdtemp(join(temporaryDir, 'load-'))));
    await writeFiles(archive, untilAborted(source, signal));
    undo.move();
    return archive;
  } catch (error) {
    throw explained(error);
  }
}

async function writeFiles(archive: Archive, source: AsyncIterable<Uint8Array>): Promise<void> {
  let file: FileHandle | undefined;
  try {
    for await (const part of readTar(decompressed(source))) {
      if (part.kind === 'entry') file = await begin(archive, part.entry);
      else if (part.kind === 'data') await file?.appendFile(part.bytes);
      else {
        await file?.close();
        file = undefined;
      }
    }
  } finally {
    await file?.close();
  }
}

async function begin(archive: Archive, { name, type, linkName }: TarEntry): Promise<FileHandle | undefined> {
  if (type === 'file') return open(archive.add(name), 'wx');
  if (type === 'hardlink') archive.addLink(name, linkName);
  if (type === 'symlink') archive.addLink(name, posix.join(posix.dirname(name), linkName));
  return undefined;
}

function explained(error: unknown): unknown {
  if (!(error instanceof EngineError) || !['corrupt', 'too-large'].includes(error.code))
    return explainWriteFailure(error, 'the archive');
  return new EngineError(error.code, `The archive can't be used: ${error.message}; make or download it again.`, {
    cause: error,
  });
}
