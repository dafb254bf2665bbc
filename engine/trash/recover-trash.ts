import { bringIn } from './move-pieces.ts';
import { kindOf, type TrashParts } from './trash-parts.ts';

/**
 * Brings back into the trash whatever belongs there, before anybody looks for directories that nobody knows: a restore
 * that was cut short is undone, and a rename that a loss of power took back is done again.
 *
 * What is still to be removed is left to its own folder, which finds its mark.
 */
export async function recoverTrash(parts: TrashParts): Promise<void> {
  for (const entry of parts.table.listUnsettled()) {
    if (entry.phase === 'coming' && kindOf(parts, entry).isThere(entry)) continue;
    bringIn(parts, entry);
    parts.table.setHere(entry.id);
  }
}

/** Once every folder has finished its removals: those that had not really begun are forgotten. */
export function settleTrash(parts: TrashParts): void {
  for (const { id, phase } of parts.table.listUnsettled()) if (phase === 'coming') parts.table.delete(id);
  parts.wake();
}
