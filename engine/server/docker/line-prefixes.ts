import type { LogChunk } from '#engine/runtime/runtime.ts';

const NEWLINE = 10;

/** Each line with something before it that is said of the piece in which it begins. */
export async function* withPrefixes(
  chunks: AsyncIterable<LogChunk>,
  prefixOf: (chunk: LogChunk) => string,
): AsyncGenerator<LogChunk> {
  const isLineOpen = { stdout: false, stderr: false };
  for await (const chunk of chunks) {
    const { bytes, stream } = chunk;
    if (bytes.length === 0) continue;
    const prefix = Buffer.from(prefixOf(chunk));
    const pieces: Uint8Array[] = [];
    let from = 0;
    while (from < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, from);
      const end = newline === -1 ? bytes.length : newline + 1;
      if (!isLineOpen[stream]) pieces.push(prefix);
      pieces.push(bytes.subarray(from, end));
      isLineOpen[stream] = newline === -1;
      from = end;
    }
    yield { ...chunk, bytes: Buffer.concat(pieces) };
  }
}

/** As `docker logs --timestamps` has it: RFC 3339 with nanoseconds, of which the log keeps the first three digits. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000000Z');
}
