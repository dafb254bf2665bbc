import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { findHierarchies } from './cgroups.ts';

/** Ids of containers, of whichever engine's, that have a control group in any hierarchy. */
export function idsWithCgroups(): ReadonlySet<string> {
  const { hierarchies } = findHierarchies();
  return new Set(hierarchies.flatMap(({ name, base = '/' }) => namesIn(join('/sys/fs/cgroup', name, base, 'estrato'))));
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => /^[0-9a-f]{64}$/.test(name));
  } catch {
    // No engine has made one here yet.
    return [];
  }
}
