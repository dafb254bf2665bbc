import type { FastifyRequest } from 'fastify';

import type { OutputChunk } from '#engine/runtime/runtime.ts';

import { speaksAtLeast } from './api-version.ts';

const RAW_STREAM = 'application/vnd.docker.raw-stream';
const MULTIPLEXED_STREAM = 'application/vnd.docker.multiplexed-stream';

/** Numbers of the streams in a frame's first byte (Docker Engine API, "Stream format"). */
const numbers = { stdout: 1, stderr: 2 } as const;

/** Eight bytes that say which stream the output after them is of and how long, so that two can share a connection. */
function headerOf({ stream, bytes }: OutputChunk): Uint8Array {
  const header = Buffer.allocUnsafe(8);
  header.writeUInt32BE(numbers[stream] << 24, 0);
  header.writeUInt32BE(bytes.length, 4);
  return header;
}

function frame(chunk: OutputChunk): Uint8Array {
  return Buffer.concat([headerOf(chunk), chunk.bytes]);
}

/** The same without a copy: what is written one after the other. */
export function partsFor(tty: boolean): (chunk: OutputChunk) => readonly Uint8Array[] {
  return tty ? ({ bytes }) => [bytes] : (chunk) => [headerOf(chunk), chunk.bytes];
}

/** How output of a process is sent: a terminal's as it is, otherwise in frames. */
export function encoderFor(tty: boolean): (chunk: OutputChunk) => Uint8Array {
  return tty ? ({ bytes }) => bytes : frame;
}

/** The content type of streams; before version 1.42 there was one for both forms. */
export function streamTypeOf({ originalUrl }: FastifyRequest, tty: boolean): string {
  return !tty && speaksAtLeast(originalUrl, '1.42') ? MULTIPLEXED_STREAM : RAW_STREAM;
}
