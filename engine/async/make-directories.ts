import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a directory and what is missing above it; one that is there already is left as it is.
 *
 * For paths that people name: Node's own `recursive` never ends where a file system has no room for new directories and
 * says ENOENT, as below /proc.
 *
 * @throws the kernel's error; ENOENT, where everything above is there, becomes EACCES.
 */
export async function makeDirectories(path: string, mode = 0o777): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (hasCode(error, 'EEXIST') && (await isDirectory(path))) return;
    const above = dirname(path);
    if (!hasCode(error, 'ENOENT') || above === path) throw error;
    if (await isDirectory(above))
      throw Object.assign(new Error(`no directory can be made in ${above}`), { code: 'EACCES' });
    await makeDirectories(above, mode);
    await makeDirectories(path, mode);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}
