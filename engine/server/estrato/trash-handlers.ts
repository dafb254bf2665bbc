import { trashedLogs } from '#engine/container/trashed-logs.ts';
import { defined } from '#engine/oci/json-fields.ts';
import type { Engine } from '#engine/server/engine.ts';
import { listTrash } from '#engine/trash/list-trash.ts';
import { emptyTrash, removeFromTrash } from '#engine/trash/remove-from-trash.ts';
import { restoreFromTrash } from '#engine/trash/restore-from-trash.ts';
import { changeTrashSettings } from '#engine/trash/trash-settings.ts';

import type { CallsOf, StreamsOf } from './area.ts';
import { logEntries } from './log-entries.ts';

export function trashCalls({ containers: { trash } }: Engine): CallsOf<'trash'> {
  return {
    'trash.list': async () => listTrash(trash),
    'trash.restore': ({ id, ...how }) => restoreFromTrash(trash, id, defined(how)),
    'trash.remove': async ({ id }) => ({ freedBytes: await removeFromTrash(trash, id) }),
    'trash.empty': () => emptyTrash(trash),
    'trash.settings': (changes) => changeTrashSettings(trash, changes),
  };
}

export function trashStreams({ containers }: Engine): StreamsOf<'trash'> {
  return {
    'trash.logs': ({ id, tail }, signal) => logEntries(trashedLogs(containers, id, { tailLines: tail, signal })),
  };
}
