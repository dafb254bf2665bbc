import { patternOf } from '#engine/dockerfile/ignore-rules.ts';

import { missingSource, partsOf, resolveSource, type SourceEntry, type SourceTree } from './source-tree.ts';

/** Something that a source names. */
export interface Matched {
  readonly entry: SourceEntry;
  /** Its path as it was named, from where `/./` divides it if it does. */
  readonly base: string;
}

const WILD = /[*?[\\]/;

/** @throws DockerfileError for a path that isn't there; a pattern may match nothing. */
export async function matchSources(tree: SourceTree, sources: readonly string[]): Promise<readonly Matched[]> {
  const found: Matched[] = [];
  for (const source of sources) {
    const pivot = source.indexOf('/./');
    const before = pivot < 0 ? 0 : partsOf(source.slice(0, pivot)).length;
    for (const path of await pathsOf(tree, source)) {
      const entry = await resolveSource(tree, path);
      if (entry === undefined) throw missingSource(path, tree);
      found.push({ entry, base: partsOf(path).slice(before).join('/') });
    }
  }
  return found;
}

async function pathsOf(tree: SourceTree, source: string): Promise<readonly string[]> {
  const parts = climbing(partsOf(source));
  if (!WILD.test(source)) return [parts.join('/')];
  let candidates: readonly string[] = [''];
  for (const part of parts) {
    const next = await Promise.all(candidates.map((directory) => namesLike(tree, directory, part)));
    candidates = next.flat();
  }
  return candidates;
}

/** Above a context's root is the root. */
function climbing(parts: readonly string[]): readonly string[] {
  const path: string[] = [];
  for (const part of parts) {
    if (part === '..') path.pop();
    else path.push(part);
  }
  return path;
}

async function namesLike(tree: SourceTree, directory: string, part: string): Promise<readonly string[]> {
  const at = await resolveSource(tree, directory);
  if (at?.type !== 'directory') return [];
  const here = (name: string): string => (directory === '' ? name : `${directory}/${name}`);
  if (part === '**') return [directory, ...(await Array.fromAsync(directoriesIn(tree, directory)))];
  if (!WILD.test(part)) return (await tree.entry(here(part))) === undefined ? [] : [here(part)];
  const pattern = patternOf(part);
  const names = (await tree.names(at.path)).filter((name) => pattern.matches(name));
  const present = await Promise.all(
    names.map(async (name) => ((await tree.entry(here(name))) === undefined ? [] : [here(name)])),
  );
  return present.flat();
}

async function* directoriesIn(tree: SourceTree, directory: string): AsyncGenerator<string> {
  for (const name of await tree.names(directory)) {
    const path = directory === '' ? name : `${directory}/${name}`;
    if ((await tree.entry(path))?.type !== 'directory') continue;
    yield path;
    yield* directoriesIn(tree, path);
  }
}
