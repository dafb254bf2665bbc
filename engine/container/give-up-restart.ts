import type { ContainerParts } from './container-parts.ts';

/**
 * Takes the start back that a container waits for: it has ended, then, as a person wanted.
 *
 * For a caller who has the container exclusively: a start that is under way is over by then, one way or the other.
 */
export function giveUpRestart({ table, restarts }: ContainerParts, id: string): void {
  const state = table.get(id)?.state;
  if (state?.status !== 'restarting') return;
  restarts.cancel(id);
  table.setState(id, { ...state, status: 'exited', wasStoppedByHand: true });
}
