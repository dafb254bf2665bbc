import { spawn } from 'node:child_process';
import { Duplex, pipeline, Readable } from 'node:stream';
import { constants, createGzip, createZstdCompress } from 'node:zlib';

import { EngineError } from '#engine/contract/errors.ts';

import { findIgzip } from './igzip.ts';

/** What layers are compressed with when they are sent. */
export type LayerCompression = 'gzip' | 'zstd';

/** With chunks of 16 KiB, zlib's default, the calls between cost more than a tenth. */
const CHUNK_BYTES = 1024 * 1024;
/** Twice as fast as gzip's usual 6, for three bytes in a hundred. */
const GZIP_LEVEL = 4;
/** Its best: six times as fast as zlib's level 4, for eight bytes in a hundred. */
const IGZIP_LEVEL = 3;
const ZSTD_LEVEL = 3;

/** The same bytes give the same bytes on one machine: no time and no name goes into the header (RFC 1952). */
export async function* compressed(
  source: AsyncIterable<Uint8Array>,
  compression: LayerCompression,
): AsyncGenerator<Uint8Array> {
  const { output, ended } = compressor(compression);
  const input = Readable.from(source, { objectMode: false, highWaterMark: CHUNK_BYTES });
  // What fails reaches the reader through the output.
  pipeline(input, output, () => undefined);
  for await (const chunk of output) if (chunk instanceof Uint8Array) yield chunk;
  await ended;
}

interface Compressor {
  readonly output: Duplex;
  /** Rejects when what came out isn't all. */
  readonly ended?: Promise<void>;
}

function compressor(compression: LayerCompression): Compressor {
  if (compression === 'zstd') {
    const params = { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL, [constants.ZSTD_c_checksumFlag]: 1 };
    return { output: createZstdCompress({ chunkSize: CHUNK_BYTES, params }) };
  }
  const program = findIgzip();
  return program === undefined
    ? { output: createGzip({ chunkSize: CHUNK_BYTES, level: GZIP_LEVEL }) }
    : startIgzip(program);
}

/** In a process of its own, which ends when nobody reads it any more. */
function startIgzip(program: string): Compressor {
  const child = spawn(program, [`-${IGZIP_LEVEL}`, '--no-name', '--stdout'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const output = Duplex.from({ writable: child.stdin, readable: child.stdout });
  output.on('close', () => {
    if (!output.readableEnded) child.kill();
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.on('error', reject).on('close', (code) => {
    if (code === 0) resolve();
    else reject(new EngineError('internal', `${program} ended with ${code ?? 'a signal'} while it compressed a layer`));
  });
  promise.catch((error: unknown) => output.destroy(error instanceof Error ? error : undefined));
  return { output, ended: promise };
}
