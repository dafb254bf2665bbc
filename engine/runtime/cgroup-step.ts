import { join } from 'node:path';

import type { CgroupLayout } from './cgroups.ts';
import { step, type Step } from './encode-plan.ts';

/**
 * The files by which a process comes into a container's cgroups. In version 1 it moves itself, a single thread: moving
 * a whole process waits until every processor of the machine has been through the scheduler, ten milliseconds and more.
 * Of version 2 there is a process to be moved only; the launcher has it born there (engine/launcher/birth.h).
 */
export function cgroupStep({ hierarchies, dirs }: CgroupLayout): Step {
  const fileOf = { cgroup: 'tasks', cgroup2: 'cgroup.procs' } as const;
  return step('cgroup', ...hierarchies.map(({ type }, index) => join(dirs[index] ?? '', fileOf[type])));
}
