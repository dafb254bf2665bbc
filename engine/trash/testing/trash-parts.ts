import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { EventBus } from '#engine/events/event-bus.ts';
import type { Database } from '#engine/metadata/database.ts';
import type { TrashParts } from '#engine/trash/trash-parts.ts';
import { TrashTable } from '#engine/trash/trash-table.ts';

/** A trash as an engine that starts now finds it; nothing is measured or emptied beside. */
export function testTrash(root: string, database: Database, events: EventBus): TrashParts {
  const trashDir = join(root, 'trash');
  mkdirSync(trashDir, { recursive: true });
  const table = new TrashTable(database);
  return { database, root, trashDir, events, table, kinds: new Map(), wake: () => undefined };
}
