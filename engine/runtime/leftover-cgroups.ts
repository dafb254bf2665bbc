import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { findHierarchies } from './cgroups.ts';

/** Ids of containers, of whichever engine's, that have a control group in one of these places in any hierarchy. */
export function idsWithCgroups(parents: ReadonlySet<string>): ReadonlySet<string> {
  const { hierarchies } = findHierarchies();
  const places = hierarchies.flatMap(({ name, base = '/' }) =>
    [...parents].map((parent) => join('/sys/fs/cgroup', name, base, join('/', parent))),
  );
  return new Set(places.flatMap(namesIn));
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => /^[0-9a-f]{64}$/.test(name));
  } catch {
    // No engine has made one here yet.
    return [];
  }
}
