import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { readContainerLog } from '#engine/runtime/container-log.ts';
import type { LogOptions } from '#engine/runtime/runtime.ts';

/** Streams of records, as in engine/launcher/log.h. */
export const START = 0;
export const OUT = 1;
export const ERR = 2;
export const LOST = 253;
const SEGMENT = 254;
export const END = 255;

export interface WrittenChunk {
  readonly stream: number;
  readonly text?: string;
  /** Unix milliseconds. */
  readonly time?: number;
  readonly segment?: number;
  /** Of a record of LOST. */
  readonly lostBytes?: number;
}

export function logRecord(stream: number, length: number, milliseconds = 0, number = milliseconds * 1000): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(BigInt(number), 0);
  bytes.writeUInt32LE(length, 8);
  bytes.writeUInt8(stream, 12);
  return bytes;
}

/** What a shim would write. */
export async function appendToLog(bundle: string, chunk: WrittenChunk): Promise<void> {
  const { stream, text = '', time = 0, segment = 0, lostBytes } = chunk;
  const name = join(bundle, segment === 0 ? 'log' : `log.${segment}`);
  await appendFile(name, text);
  await appendFile(`${name}.index`, logRecord(stream, Buffer.byteLength(text), time, lostBytes));
}

/** Begins a segment. @param before how many bytes of the log stand before it. */
export async function beginSegment(bundle: string, segment: number, before: number): Promise<void> {
  const first = logRecord(SEGMENT, 0, 0, before);
  await writeFile(join(bundle, `log.${segment}`), '');
  await writeFile(join(bundle, `log.${segment}.index`), first);
}

/** A shim seems to be there, and has written this. */
export async function beginLog(bundle: string, chunks: readonly WrittenChunk[]): Promise<void> {
  await writeFile(join(bundle, 'shim.sock'), '');
  for (const chunk of chunks) await appendToLog(bundle, chunk);
}

/** Each chunk as `stdout text`, with what is missed before it as `(12) stdout text`. */
export async function readWords(bundle: string, options: LogOptions = { follow: false }): Promise<readonly string[]> {
  const heard: string[] = [];
  for await (const { stream, bytes, missedBytes } of readContainerLog(bundle, options)) {
    const missed = missedBytes === undefined ? '' : `(${missedBytes}) `;
    heard.push(`${missed}${stream} ${Buffer.from(bytes).toString()}`);
  }
  return heard;
}
