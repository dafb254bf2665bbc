import { chmod, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { ContextFiles } from './corpus.ts';

/** Unix seconds: a tar of it has no fractions. */
const MTIME = 1_700_000_000;

/** Writes a context's files, and its Dockerfile. */
export async function makeContext(folder: string, dockerfile: string, files: ContextFiles = {}): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, text] of [...Object.entries(files), ['Dockerfile', dockerfile] as const]) {
    const place = join(folder, path);
    await mkdir(dirname(place), { recursive: true });
    if (text.startsWith('-> ')) {
      await symlink(text.slice('-> '.length), place);
      continue;
    }
    const [, mode, rest = ''] = /^(\d{3}):(.*)$/s.exec(text) ?? [];
    await writeFile(place, mode === undefined ? text : rest);
    await chmod(place, mode === undefined ? 0o644 : Number.parseInt(mode, 8));
    await utimes(place, MTIME, MTIME);
  }
}
