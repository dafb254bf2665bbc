import { availableParallelism } from 'node:os';
import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createZstdCompress, gzip } from 'node:zlib';

import { inLargeChunks } from './in-large-chunks.ts';

/** What layers are compressed with when they are sent. */
export type LayerCompression = 'gzip' | 'zstd';

/** With chunks of 16 KiB, zlib's default, the calls between cost more than a tenth. */
const CHUNK_BYTES = 1024 * 1024;
/** Twice as fast as gzip's usual 6, for three bytes in a hundred. */
const GZIP_LEVEL = 4;
const ZSTD_LEVEL = 3;

const gzipBlock = promisify(gzip);

/** The same bytes give the same bytes: no time and no name goes into the header (RFC 1952). */
export function compressed(
  source: AsyncIterable<Uint8Array>,
  compression: LayerCompression,
): AsyncGenerator<Uint8Array> {
  return compression === 'gzip' ? gzipped(source) : zstd(source);
}

/**
 * A member for each megabyte, which is as good a gzip file (RFC 1952, section 2.2) and a byte in a thousand longer: so every
 * processor works on one.
 */
async function* gzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const member = (block: Uint8Array): Promise<Uint8Array> =>
    gzipBlock(block, { chunkSize: CHUNK_BYTES, level: GZIP_LEVEL });
  const coming: Promise<Uint8Array>[] = [];
  let isEmpty = true;
  for await (const block of inLargeChunks(source)) {
    isEmpty = false;
    // Copied, because its buffer is filled again meanwhile.
    coming.push(member(Buffer.from(block)));
    const first = coming.length > availableParallelism() ? coming.shift() : undefined;
    if (first !== undefined) yield await first;
  }
  if (isEmpty) coming.push(member(new Uint8Array()));
  for (const last of coming) yield await last;
}

async function* zstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const output = createZstdCompress({
    chunkSize: CHUNK_BYTES,
    params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  const input = Readable.from(source, { objectMode: false, highWaterMark: CHUNK_BYTES });
  // What fails reaches the reader through the output.
  pipeline(input, output, () => undefined);
  for await (const chunk of output) if (chunk instanceof Uint8Array) yield chunk;
}
