import { statfs } from 'node:fs/promises';

import { trashSettings, type TrashSettings } from '#engine/contract/trash.ts';

import type { TrashParts } from './trash-parts.ts';

const WEEK_SECONDS = 7 * 86_400;
const FIVE_GIB = 5 * 2 ** 30;

/** What was chosen, otherwise a week and 5 GiB, or a tenth of the disk where that is less. */
export async function readTrashSettings({ database, trashDir }: TrashParts): Promise<TrashSettings> {
  const rows = database.prepare('SELECT name, value FROM trash_settings').all();
  const chosen = Object.fromEntries(rows.map(({ name, value }) => [String(name), value]));
  const { bsize, blocks } = await statfs(trashDir);
  const defaults = { maxAgeSeconds: WEEK_SECONDS, maxBytes: Math.min(FIVE_GIB, Math.floor((bsize * blocks) / 10)) };
  return trashSettings.parse({ ...defaults, ...chosen });
}

/** What is left out stays as it is. */
export async function changeTrashSettings(
  parts: TrashParts,
  changes: { readonly [K in keyof TrashSettings]?: TrashSettings[K] | undefined },
): Promise<TrashSettings> {
  const write = parts.database.prepare('INSERT OR REPLACE INTO trash_settings (name, value) VALUES (?, ?)');
  for (const [name, value] of Object.entries(changes)) if (value !== undefined) write.run(name, value);
  parts.wake();
  return readTrashSettings(parts);
}
