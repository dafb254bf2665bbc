import type { FileHandle } from 'node:fs/promises';

/** write(2) may take a part only, for instance of more than 2 GiB. */
export async function writeAll(file: FileHandle, chunk: Uint8Array, position: number | null = null): Promise<void> {
  let done = 0;
  while (done < chunk.byteLength) {
    const at = position === null ? null : position + done;
    const { bytesWritten } = await file.write(chunk, done, chunk.byteLength - done, at);
    done += bytesWritten;
  }
}
