import type { FileHandle } from 'node:fs/promises';

import { openSegment } from './log-segments.ts';

const BLOCK = 64 * 1024;
const NEWLINE = 0x0a;

/** A place in a log. */
export interface LogPlace {
  readonly segment: number;
  /** In the segment's bytes. */
  readonly offset: number;
}

/** Where the last `lines` lines of the segments begin: read from the end. Undefined where all of them are wanted. */
export async function findTail(
  bundle: string,
  segments: readonly number[],
  lines: number,
): Promise<LogPlace | undefined> {
  const search = { left: lines, isAtEnd: true };
  for (const number of segments.toReversed()) {
    await using segment = await openSegment(bundle, number);
    if (segment === undefined) return undefined;
    const offset = await searchBack(segment.bytes, search);
    if (offset !== undefined) return { segment: number, offset };
  }
  return undefined;
}

interface Search {
  /** How many lines are still to be found. */
  left: number;
  /** Nothing has been read yet: the last line's own end doesn't begin another line. */
  isAtEnd: boolean;
}

async function searchBack(bytes: FileHandle, search: Search): Promise<number | undefined> {
  const { size } = await bytes.stat();
  if (search.left === 0) return size;
  const block = Buffer.alloc(Math.min(BLOCK, size));
  for (let end = size; end > 0; end -= BLOCK) {
    const from = Math.max(0, end - BLOCK);
    await bytes.read(block, 0, end - from, from);
    const found = searchBlock(block.subarray(0, end - from), search);
    if (found !== undefined) return from + found;
  }
  return undefined;
}

function searchBlock(block: Buffer, search: Search): number | undefined {
  let at = search.isAtEnd ? block.length - 2 : block.length - 1;
  search.isAtEnd = false;
  // A negative place would count from the end.
  for (at = lastNewline(block, at); at >= 0; at = lastNewline(block, at - 1)) {
    search.left -= 1;
    if (search.left === 0) return at + 1;
  }
  return undefined;
}

function lastNewline(block: Buffer, from: number): number {
  return from < 0 ? -1 : block.lastIndexOf(NEWLINE, from);
}
