import { setTimeout as pause } from 'node:timers/promises';

import { destroyCgroups } from '#engine/runtime/cgroups.ts';

import { callOuterHooks } from './call-outer-hooks.ts';
import type { ContainerState } from './container-state.ts';
import { isAlive, signalProcess } from './process-identity.ts';
import type { StateRoot } from './state-root.ts';

/** signal(7). */
const SIGKILL = 9;

/** How often an ended process is looked for before it is left to the kernel. */
const ATTEMPTS = 1000;

/** Ends every process of a container and takes away what it had. Finishes what an earlier call began. */
export async function destroyContainer(states: StateRoot, state: ContainerState): Promise<void> {
  const init = await state.init();
  if (init !== undefined) signalProcess(init, SIGKILL);
  // A container whose making was cut short before it had a configuration has no cgroups either.
  const cgroups = await state.cgroups().catch(() => undefined);
  if (cgroups !== undefined) await destroyCgroups(cgroups);
  for (let attempt = 0; init !== undefined && isAlive(init) && attempt < ATTEMPTS; attempt += 1) {
    await pause(Math.min(attempt, 10));
  }
  if (init !== undefined) await callOuterHooks('poststop', state, 'stopped');
  await states.remove(state);
}
