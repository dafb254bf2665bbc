import type { LogChunk } from '#engine/runtime/runtime.ts';

const NEWLINE = 10;

/** Each line with the time at which its beginning was read before it, as `docker logs --timestamps` has it. */
export async function* withTimestamps(chunks: AsyncIterable<LogChunk>): AsyncGenerator<LogChunk> {
  const isLineOpen = { stdout: false, stderr: false };
  for await (const chunk of chunks) {
    const { bytes, stream, time } = chunk;
    if (bytes.length === 0) continue;
    const stamp = Buffer.from(`${timestamp(time)} `);
    const pieces: Uint8Array[] = [];
    let from = 0;
    while (from < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, from);
      const end = newline === -1 ? bytes.length : newline + 1;
      if (!isLineOpen[stream]) pieces.push(stamp);
      pieces.push(bytes.subarray(from, end));
      isLineOpen[stream] = newline === -1;
      from = end;
    }
    yield { ...chunk, bytes: Buffer.concat(pieces) };
  }
}

/** RFC 3339 with nanoseconds, of which the log keeps the first three digits. */
function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000000Z');
}
