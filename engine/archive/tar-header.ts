import { EngineError } from '#engine/contract/errors.ts';

export const BLOCK_BYTES = 512;

/** A header block of tar(5), in any of its dialects, before what extended headers say about it. */
export interface TarHeader {
  readonly name: Buffer;
  readonly linkName: Buffer;
  /** One character. */
  readonly typeflag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes that follow, without padding. */
  readonly size: number;
  /** Unix seconds. */
  readonly mtime: number;
  readonly major: number;
  readonly minor: number;
}

/** @throws EngineError `corrupt` */
export function parseTarHeader(block: Buffer): TarHeader {
  checkSum(block);
  const name = textField(block, 0, 100);
  // GNU's dialect has other things where POSIX has the prefix; its magic is followed by a space.
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? textField(block, 345, 155) : Buffer.alloc(0);
  const flag = block.readUInt8(156);
  return {
    name: prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]),
    linkName: textField(block, 157, 100),
    typeflag: flag === 0 ? '0' : String.fromCharCode(flag),
    mode: numberField(block, 100, 8),
    uid: numberField(block, 108, 8),
    gid: numberField(block, 116, 8),
    size: numberField(block, 124, 12),
    mtime: numberField(block, 136, 12),
    major: numberField(block, 329, 8),
    minor: numberField(block, 337, 8),
  };
}

/** Old programs summed signed bytes; both sums are in use. */
function checkSum(block: Buffer): void {
  let unsigned = 0;
  let signed = 0;
  for (let at = 0; at < BLOCK_BYTES; at += 1) {
    const counted = at >= 148 && at < 156 ? 0x20 : (block[at] ?? 0);
    unsigned += counted;
    signed += (counted << 24) >> 24;
  }
  const promised = octal(block, 148, 8);
  if (promised !== unsigned && promised !== signed) {
    throw new EngineError('corrupt', 'it is no tar, or a damaged one: a header has a wrong checksum');
  }
}

function textField(block: Buffer, start: number, length: number): Buffer {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  // Copied, because the block is reused for the next header.
  return Buffer.from(end === -1 ? field : field.subarray(0, end));
}

/** Octal digits, or, when its first bit is set, a big-endian number in two's complement (GNU's base 256). */
export function numberField(block: Buffer, start: number, length: number): number {
  const first = block.readUInt8(start);
  const number = (first & 0x80) === 0 ? octal(block, start, length) : base256(block.subarray(start, start + length));
  if (Number.isSafeInteger(number)) return number;
  throw new EngineError('corrupt', 'the tar has a header with a number that is none');
}

/** Up to a zero byte, with spaces around it; nothing is 0. By hand: there are nine in each of a million headers. */
function octal(block: Buffer, start: number, length: number): number {
  const end = start + length;
  let at = afterSpaces(block, start, end);
  let number = 0;
  for (; at < end && isOctalDigit(block[at]); at += 1) number = number * 8 + (block[at] ?? 0) - ZERO;
  at = afterSpaces(block, at, end);
  return at === end || block[at] === 0 ? number : Number.NaN;
}

const SPACE = 0x20;
const ZERO = 0x30;

function isOctalDigit(byte = 0): boolean {
  return byte >= ZERO && byte < ZERO + 8;
}

function afterSpaces(block: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && block[at] === SPACE) at += 1;
  return at;
}

function base256(bytes: Buffer): number {
  let number = (bytes[0] ?? 0) & 0x40 ? ((bytes[0] ?? 0) & 0x7f) - 0x80 : (bytes[0] ?? 0) & 0x7f;
  for (const byte of bytes.subarray(1)) number = number * 256 + byte;
  return number;
}
