import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/**
 * The program of Debian's package isal, which takes gzip apart, and makes it, several times faster than Node's zlib. Whoever
 * uses it has another way for where it isn't installed.
 *
 * @returns its path.
 */
export function findIgzip(path: string = process.env['PATH'] ?? ''): string | undefined {
  const places = path.split(':').filter((directory) => directory.startsWith('/'));
  return places.map((directory) => join(directory, 'igzip')).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
