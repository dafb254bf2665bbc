import { DockerfileError } from '#engine/dockerfile/problem.ts';

import { partsOf, resolveSource, type SourceEntry, type SourceTree } from './source-tree.ts';

/** Where something is put: links of what is there already are followed, and what isn't there is named as it was. */
export interface Target {
  /** Without a slash at either end; the root is empty. */
  readonly path: string;
  /** What is there now. */
  readonly existing: SourceEntry | undefined;
}

/** @param path absolute. @throws DockerfileError for a way through something that is no directory. */
export async function resolveTarget(below: SourceTree, path: string): Promise<Target> {
  let at = '';
  let existing = await below.entry('');
  for (const name of normal(path)) {
    const next = at === '' ? name : `${at}/${name}`;
    if (existing === undefined) {
      at = next;
      continue;
    }
    if (existing.type !== 'directory') throw new DockerfileError(`cannot copy to ${path}: /${at} is no directory`);
    existing = await resolveSource(below, next);
    at = existing?.path ?? next;
  }
  return { path: at, existing };
}

/** `..` of a destination is taken from its text, as Docker has it. */
function normal(path: string): readonly string[] {
  const names: string[] = [];
  for (const part of partsOf(path)) {
    if (part === '..') names.pop();
    else names.push(part);
  }
  return names;
}
