import { open, rename, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

import { makeDirectories } from '#engine/async/make-directories.ts';

import { z } from 'zod';

/** A log that has grown beyond this is put aside when the next engine starts. */
const LARGE_BYTES = 10 * 1024 * 1024;
/** How much of the end is read to show it. */
const TAIL_BYTES = 64 * 1024;

/** A line of pino's (getpino.io): `level` 30 is info, 40 a warning, 50 an error, 60 fatal. */
const record = z.looseObject({ level: z.int(), time: z.number(), msg: z.string().optional() });
const levels = new Map([
  [40, 'warning: '],
  [50, 'error: '],
  [60, 'fatal: '],
]);

/** Opens the file that an engine's stdout and stderr go to. */
export async function openEngineLog(path: string): Promise<FileHandle> {
  await makeDirectories(dirname(path), 0o711);
  const present = await stat(path).catch(() => undefined);
  if (present !== undefined && present.size > LARGE_BYTES) await rename(path, `${path}.1`);
  return open(path, 'a', 0o640);
}

/** What was written after `from` (bytes), readable, at most the last `limit` lines. */
export async function readEngineLog(path: string, from: number, limit: number): Promise<string[]> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    const start = Math.max(from, size - TAIL_BYTES);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    return lines
      .filter((line) => line.trim() !== '')
      .slice(-limit)
      .map(readable);
  } catch {
    return [];
  }
}

/** A structured line as people read it; any other as it is. */
export function readable(line: string): string {
  const parsed = record.safeParse(parseJson(line));
  if (!parsed.success) return line;
  const { level, time, msg = '', ...details } = parsed.data;
  const rest = Object.entries(details).map(([name, value]) => `${name}=${detail(value)}`);
  return [`${new Date(time).toISOString()} ${levels.get(level) ?? ''}${msg}`, ...rest].join(' ');
}

function detail(value: unknown): string {
  if (typeof value === 'string') return value;
  const hasMessage = typeof value === 'object' && value !== null && 'message' in value;
  return JSON.stringify(hasMessage ? value.message : value);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
