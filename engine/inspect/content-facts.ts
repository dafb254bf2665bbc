import { open, type FileHandle } from 'node:fs/promises';

import { isMissing } from '#engine/content/file-failures.ts';
import { DIGEST_BYTES, type Counts, type Layout } from '#engine/layer/index-format.ts';

/*
 * What a search needs of the few entries that it tells, and of digests when it looks for one: half of an entry index, which is
 * left in the file until then.
 */

/** An entry index that is known to be one. */
export interface IndexFile {
  readonly path: string;
  readonly counts: Counts;
  readonly layout: Layout;
}

export interface ContentFacts {
  /** Bytes. */
  readonly size: number;
  /** 64 digits; undefined for what has no content. */
  readonly contentHex: string | undefined;
}

/** A multiple of what is read with it. */
const WINDOW_BYTES = 1024 * 1024;
const NUMBER_BYTES = 4;
const SIZE_BYTES = 8;

/** Of one entry; nothing of a layer that has gone meanwhile. */
export async function contentFacts({ path, layout }: IndexFile, entry: number): Promise<ContentFacts> {
  return reading(path, { size: 0, contentHex: undefined }, async (file) => {
    const size = (await bytesAt(file, layout.size + SIZE_BYTES * entry, SIZE_BYTES)).readDoubleLE(0);
    const number = (await bytesAt(file, layout.digest + NUMBER_BYTES * entry, NUMBER_BYTES)).readUInt32LE(0);
    if (number === 0) return { size, contentHex: undefined };
    const digest = await bytesAt(file, layout.digests + DIGEST_BYTES * (number - 1), DIGEST_BYTES);
    return { size, contentHex: digest.toString('hex') };
  });
}

/** Entries, ascending, whose content's digest begins with these digits. */
export async function entriesWithContent({ path, counts, layout }: IndexFile, hex: string): Promise<readonly number[]> {
  const whole = Buffer.from(hex.slice(0, hex.length - (hex.length % 2)), 'hex');
  return reading(path, [], async (file) => {
    const wanted = new Set<number>();
    for await (const { bytes, first } of windows(file, layout.digests, [counts.digests, DIGEST_BYTES])) {
      for (let at = bytes.indexOf(whole); at !== -1; at = bytes.indexOf(whole, at + 1)) {
        const isDigests = at % DIGEST_BYTES === 0 && bytes.toString('hex', at, at + DIGEST_BYTES).startsWith(hex);
        if (isDigests) wanted.add(first + at / DIGEST_BYTES + 1);
      }
    }
    const found: number[] = [];
    if (wanted.size === 0) return found;
    for await (const { bytes, first } of windows(file, layout.digest, [counts.entries, NUMBER_BYTES])) {
      for (let at = 0; at < bytes.length; at += NUMBER_BYTES) {
        if (wanted.has(bytes.readUInt32LE(at))) found.push(first + at / NUMBER_BYTES);
      }
    }
    return found;
  });
}

async function reading<T>(path: string, gone: T, read: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    await using file = await open(path, 'r');
    return await read(file);
  } catch (error) {
    if (isMissing(error)) return gone;
    throw error;
  }
}

/** A section in pieces, each with the number of its first item. */
async function* windows(
  file: FileHandle,
  offset: number,
  [count, itemBytes]: readonly [count: number, itemBytes: number],
): AsyncGenerator<{ readonly bytes: Buffer; readonly first: number }> {
  const each = WINDOW_BYTES / itemBytes;
  for (let first = 0; first < count; first += each) {
    const items = Math.min(each, count - first);
    yield { bytes: await bytesAt(file, offset + itemBytes * first, itemBytes * items), first };
  }
}

/** Beyond the file's end there are zeros. */
async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  await file.read(bytes, 0, length, position);
  return bytes;
}
