import { renameSync, writeFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';

export interface ReplaceOptions {
  /** Permission bits of a file that is new; 0o666 without those of the umask unless told. */
  readonly mode?: number;
  /** Waits for the disk: after a power cut, too, the file is the old or the new one. */
  readonly flush?: boolean;
}

/**
 * Writes a file of which others find what it was or what it is now, never a part, whenever the writer is killed
 * (rename(2)). What is beside it as `.partial` is a killed writer's.
 *
 * @throws as `writeFile` and `rename` do.
 */
export async function replaceFile(
  path: string,
  text: string | Uint8Array,
  options: ReplaceOptions = {},
): Promise<void> {
  await writeFile(`${path}.partial`, text, options);
  await rename(`${path}.partial`, path);
}

/** The same at once: on a hot path the thread's round trip costs more than the two calls. */
export function replaceFileSync(path: string, text: string | Uint8Array, options: ReplaceOptions = {}): void {
  writeFileSync(`${path}.partial`, text, options);
  renameSync(`${path}.partial`, path);
}
