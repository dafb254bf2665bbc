import { setTimeout as pause } from 'node:timers/promises';

import { EngineError } from '#engine/contract/errors.ts';

import type { VolumeParts } from './volume-parts.ts';

const PATIENCE_MS = 30_000;
const PAUSE_MS = 20;

/**
 * Does something to a volume while nobody else does: containers that run with it stand still, and none is started with
 * it, until it is done.
 *
 * Containers come before the volume, as in a start: who holds a container may wait for a volume, never the other way.
 *
 * @throws EngineError `unsupported` when a container can't be held, `unavailable` when containers never cease to begin.
 */
export async function whileStill<T>(parts: VolumeParts, name: string, work: () => Promise<T>): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    parts.table.find(name);
    const outcome = await attempt(parts, name, work);
    if (outcome !== undefined) return outcome.value;
    if (Date.now() > end) {
      throw new EngineError('unavailable', `Containers begin with the volume ${name} all the time; try again later.`);
    }
    await pause(PAUSE_MS);
  }
}

/** Undefined when a container has begun with it meanwhile. */
async function attempt<T>(
  { table, usage }: VolumeParts,
  name: string,
  work: () => Promise<T>,
): Promise<{ readonly value: T } | undefined> {
  await using still = await usage.standStill(name);
  return await table.exclusively(name, async () => {
    const isHeld = ({ id, running }: { readonly id: string; readonly running: boolean }): boolean =>
      !running || still.held.has(id);
    if (table.isTaken(name) || !usage.users(name).every(isHeld)) return undefined;
    table.find(name);
    return { value: await work() };
  });
}
