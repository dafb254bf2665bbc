import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

import { entryPath } from '#engine/archive/entry-path.ts';
import { readTar } from '#engine/archive/read-tar.ts';
import type { TarEntry } from '#engine/archive/tar-entry.ts';
import { EngineError } from '#engine/contract/errors.ts';

/** Bytes that come, and a promise that says whether they are all. */
export interface Received {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly whole: Promise<unknown>;
}

/** A file of that name is whole, or as it was. A device, a pipe and a link stay what they are, and what they lead to is written. */
export async function writeToFile({ bytes, whole }: Received, named: string): Promise<void> {
  const about = await stat(named).catch(() => undefined);
  if (about !== undefined && !about.isFile()) {
    const stream = createWriteStream(named);
    await writeToStream(bytes, stream);
    stream.end();
    await finished(stream);
    await whole;
    return;
  }
  const path = about === undefined ? named : await realpath(named);
  const partial = `${path}.partial`;
  const stream = createWriteStream(partial);
  try {
    await writeToStream(bytes, stream);
    stream.end();
    await finished(stream);
    await whole;
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

export async function writeToStream(bytes: AsyncIterable<Uint8Array>, stream: NodeJS.WritableStream): Promise<void> {
  for await (const chunk of bytes) if (!stream.write(chunk)) await once(stream, 'drain');
}

/** What a tar holds as a folder: whole under its name, or not there. @throws EngineError `conflict` for one with something in it. */
export async function writeToFolder({ bytes, whole }: Received, path: string): Promise<void> {
  const there = await readdir(path).catch(() => []);
  if (there.length > 0) throw new EngineError('conflict', `The folder ${path} has something in it; name a new one.`);
  const partial = `${path}.partial`;
  await rm(partial, { recursive: true, force: true });
  try {
    await mkdir(partial, { recursive: true });
    await writeFiles(partial, bytes);
    await whole;
    await rename(partial, path);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function writeFiles(folder: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  let file: FileHandle | undefined;
  try {
    for await (const part of readTar(bytes)) {
      if (part.kind === 'entry') file = await begin(folder, part.entry);
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

async function begin(folder: string, { name, type }: TarEntry): Promise<FileHandle | undefined> {
  const path = join(folder, ...entryPath(name));
  if (type === 'file') return open(path, 'wx');
  await mkdir(path, { recursive: true });
  return undefined;
}
