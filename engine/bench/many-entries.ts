import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DIRECTORIES = 600;
const FILES_EACH = 99;

/** A layer of 60,000 entries, as tar's arguments: the same small files for each number, in a directory named by it. */
export function manyEntries(directory: string): (number: number) => readonly string[] {
  const tree = join(directory, 'many');
  for (let at = 0; at < DIRECTORIES; at += 1) {
    const below = join(tree, `directory-${at}`);
    mkdirSync(below, { recursive: true });
    for (let file = 0; file < FILES_EACH; file += 1) writeFileSync(join(below, `file-${file}`), `${at} ${file}\n`);
  }
  return (number) => ['--transform', `s,^[.],./layer-${number},`, '-C', tree, '.'];
}
