import type { ContainerParts } from './container-parts.ts';
import { exitCodeOf, isActive } from './container.ts';

export type WaitCondition = 'not-running' | 'next-exit' | 'removed';

/** Waits from the moment of the call, not from the first turn after: a start that follows can't be missed. */
export async function waitContainer(
  parts: ContainerParts,
  ref: string,
  condition: WaitCondition,
  signal: AbortSignal,
): Promise<{ exitCode: number }> {
  const { id, state } = parts.table.find(ref);
  let seen = state;
  if (condition === 'not-running' && !isActive(seen)) return { exitCode: exitCodeOf(seen) };
  for await (const now of parts.table.watch(id, signal)) {
    if (now === undefined) break;
    const hasEnded = (now.state.status === 'exited' || now.state.status === 'restarting') && now.state !== seen;
    seen = now.state;
    if (hasEnded && condition !== 'removed') break;
  }
  return { exitCode: exitCodeOf(seen) };
}
