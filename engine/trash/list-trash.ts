import type { TrashEntry } from '#engine/contract/trash.ts';

import { kindOf, weighTrash, type TrashParts } from './trash-parts.ts';
import type { TrashRecord } from './trash-record.ts';

/** What can come back, newest first; what came with something else is told there. */
export function listTrash(parts: TrashParts): TrashEntry[] {
  const all = parts.table.list();
  const ids = new Set(all.map(({ id }) => id));
  const owned = Map.groupBy(all, ({ owner }) => owner);
  const weights = weighTrash(parts);
  const isOwned = ({ owner }: TrashRecord): boolean => owner !== undefined && ids.has(owner);
  return all
    .filter((entry) => !isOwned(entry))
    .map((entry) => {
      const { id, kind, name, cause, removedAt } = entry;
      const along = owned.get(id) ?? [];
      const own = weights.get(id)?.own;
      return {
        id,
        kind,
        name,
        cause,
        removedAt,
        ...(own === undefined ? bytesOf([entry, ...along]) : { bytes: own }),
        volumes: along.map((volume) => volume.name),
        ...kindOf(parts, entry).describe(entry),
      };
    });
}

/** Missing while any of them isn't known. */
function bytesOf(entries: readonly TrashRecord[]): Pick<TrashEntry, 'bytes'> {
  const bytes = entries.reduce((sum, entry) => sum + (entry.bytes ?? Number.NaN), 0);
  return Number.isNaN(bytes) ? {} : { bytes };
}
