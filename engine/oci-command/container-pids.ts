import { pidsIn } from '#engine/runtime/cgroups.ts';
import { pidsBeside } from '#engine/runtime/process-facts.ts';

import type { ContainerState } from './container-state.ts';
import { isAlive } from './process-identity.ts';

/** Host pids of a container's processes. */
export async function pidsOf(state: ContainerState): Promise<readonly number[]> {
  const cgroups = await state.cgroups();
  if (cgroups.mode !== 'none') return pidsIn(cgroups);
  const init = await state.init();
  return init !== undefined && isAlive(init) ? pidsBeside(init.pid) : [];
}
