import { join } from 'node:path';

import { EngineError } from '#engine/contract/errors.ts';
import { findHierarchies } from '#engine/runtime/cgroups.ts';

import type { Container } from './container.ts';

/** Whose containers' control groups are, unless somebody says otherwise. */
export const OWN_CGROUP_PARENT = '/estrato';
/** cgroups(7) has no limit of its own; a path has, and the container's id comes after this. */
const LONGEST_PARENT = 1024;

/** Where a container's control groups are, below each hierarchy's root or what of it is the engine's. */
export function cgroupsPath({ id, config }: Pick<Container, 'id' | 'config'>): string {
  return join('/', config.cgroupParent ?? OWN_CGROUP_PARENT, id);
}

/** @throws EngineError `invalid-argument`, `unsupported` where nobody could be put there. */
export function checkCgroupParent(parent: string): string {
  if (parent.includes(':') || /\p{Cc}/u.test(parent) || parent.split('/').includes('..')) {
    throw new EngineError(
      'invalid-argument',
      `${JSON.stringify(parent.slice(0, 100))} is no parent for control groups; write a path such as /builds.`,
    );
  }
  if (parent.length > LONGEST_PARENT) {
    throw new EngineError('invalid-argument', `A cgroup parent has at most ${LONGEST_PARENT} letters.`);
  }
  if (findHierarchies().mode !== 'none') return parent;
  throw new EngineError(
    'unsupported',
    '--cgroup-parent needs control groups, and this engine has none: run it as root, or in a cgroup that is yours (systemd-run --user --scope -p Delegate=yes).',
  );
}
