import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import { EngineError } from '#engine/contract/errors.ts';

/** Bytes read at a time: whole frames of the connection. */
const CHUNK = 256 * 1024;

/** An archive to send: a file's, or what comes on standard input. @param example how to send one. */
export async function openArchive(file: string, example: string): Promise<AsyncIterable<Uint8Array>> {
  if (file === '-') {
    if (process.stdin.isTTY) throw new EngineError('invalid-argument', `Name an archive, or send one: ${example}`);
    return process.stdin as AsyncIterable<Uint8Array>;
  }
  const path = resolve(file);
  const about = await stat(path).catch((cause: unknown) => {
    throw new EngineError('not-found', `The archive ${path} can't be read.`, { cause });
  });
  if (!about.isFile()) throw new EngineError('invalid-argument', `${path} is not a file; name a tar archive.`);
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
