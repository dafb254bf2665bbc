import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';

import { encodeTarHeader, TAR_END, tarPadding } from '#engine/archive/encode-tar.ts';
import { EngineError } from '#engine/contract/errors.ts';

/** Bytes read at a time: whole frames of the connection. */
const CHUNK = 256 * 1024;

/** An archive to send: a file's, a folder's as a tar, or what comes on standard input. @param example how to send one. */
export async function openArchive(file: string, example: string): Promise<AsyncIterable<Uint8Array>> {
  if (file === '-') {
    if (process.stdin.isTTY) throw new EngineError('invalid-argument', `Name an archive, or send one: ${example}`);
    return process.stdin as AsyncIterable<Uint8Array>;
  }
  const path = resolve(file);
  const about = await stat(path).catch((cause: unknown) => {
    throw new EngineError('not-found', `The archive ${path} can't be read.`, { cause });
  });
  if (about.isDirectory()) return folderTar(path);
  if (!about.isFile())
    throw new EngineError(
      'invalid-argument',
      `${path} is neither a file nor a folder; name a tar archive or an image layout.`,
    );
  return createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Uint8Array>;
}

/** Sends all of it and says that there is no more; what can't be read closes the duplex. */
export async function sendArchive(
  source: AsyncIterable<Uint8Array>,
  duplex: { write(bytes: Uint8Array): Promise<void>; end(): void; close(): void },
): Promise<void> {
  try {
    for await (const chunk of source) await duplex.write(chunk);
    duplex.end();
  } catch (error) {
    duplex.close();
    throw error;
  }
}

/** A folder's files as a tar; what is neither a file nor a folder in it is left out. */
async function* folderTar(folder: string): AsyncGenerator<Uint8Array> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { size } = await stat(path);
    yield encodeTarHeader({ ...plainFile, name: relative(folder, path), size });
    // What has grown meanwhile is cut off where its header says that it ends.
    if (size > 0) yield* createReadStream(path, { highWaterMark: CHUNK, end: size - 1 }) as AsyncIterable<Uint8Array>;
    yield tarPadding(size);
  }
  yield TAR_END;
}

const plainFile = { type: 'file', linkName: '', mode: 0o644, uid: 0, gid: 0, mtime: 0, major: 0, minor: 0 } as const;
