import { toEngineError, EngineError } from '#engine/contract/errors.ts';
import { relaxed } from '#engine/metadata/relaxed.ts';
import type { StillContainers, VolumeUsage } from '#engine/volume/volume-parts.ts';

import type { ContainerParts } from './container-parts.ts';
import type { ContainerTable } from './container-table.ts';
import { volumeUsers } from './container-volumes.ts';
import { pauseHeld } from './pause-container.ts';
import { thaw } from './unpause-container.ts';

/** What volumes ask of containers. @param containers asked when it is needed: they are built after the volumes. */
export function volumeUsage(table: ContainerTable, containers: () => ContainerParts): VolumeUsage {
  return {
    users: (volume) => volumeUsers(table, volume),
    standStill: (volume) => standStill(containers(), volume),
  };
}

/** Holds the containers that run with a volume, and lets them go as they were. */
async function standStill(parts: ContainerParts, volume: string): Promise<StillContainers> {
  await using undo = new AsyncDisposableStack();
  const ids = volumeUsers(parts.table, volume)
    .filter(({ running }) => running)
    .map(({ id }) => id);
  // In one order, so that two who want the same containers never wait for one another.
  for (const id of ids.toSorted()) undo.use(await holdExclusively(parts, id));
  for (const id of ids) await pauseBriefly(parts, id, undo);
  const owned = undo.move();
  return { held: new Set(ids), [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function holdExclusively({ table }: ContainerParts, id: string): Promise<AsyncDisposable> {
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const over = table.exclusively(id, () => {
    held.resolve();
    return released.promise;
  });
  await held.promise;
  return {
    [Symbol.asyncDispose]: () => {
      released.resolve();
      return over;
    },
  };
}

/** It is written down first: an engine that finds it so after a restart lets it go. */
async function pauseBriefly(parts: ContainerParts, id: string, undo: AsyncDisposableStack): Promise<void> {
  const container = parts.table.get(id);
  if (container?.state.status !== 'running') return;
  relaxed(parts.database, () => {
    parts.database.prepare('INSERT OR IGNORE INTO brief_pauses (container_id) VALUES (?)').run(id);
  });
  undo.defer(() => letGo(parts, id));
  try {
    await pauseHeld(parts, id);
  } catch (error) {
    const { code, message } = toEngineError(error);
    // It has ended by itself, and is as still as can be.
    if (code === 'conflict') return;
    throw new EngineError(code, `${message} The container ${container.name} would have to stand still meanwhile.`, {
      cause: error,
    });
  }
}

async function letGo(parts: ContainerParts, id: string): Promise<void> {
  await thaw(parts, id);
  relaxed(parts.database, () => {
    parts.database.prepare('DELETE FROM brief_pauses WHERE container_id = ?').run(id);
  });
}

/** Those that a killed engine was holding. */
export async function endBriefPauses(parts: ContainerParts): Promise<void> {
  const rows = parts.database.prepare('SELECT container_id FROM brief_pauses').all();
  for (const { container_id: id } of rows) await letGo(parts, String(id));
}
