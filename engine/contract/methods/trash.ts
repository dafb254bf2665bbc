import { z } from 'zod';

import { logEntry } from '#engine/contract/container.ts';
import { restored, takenTags, trashEntry, trashRef, trashSettings } from '#engine/contract/trash.ts';
import { call, nothing, stream } from '#engine/contract/method.ts';

/** What was removed and can come back. */
export const trashMethods = {
  /** What was removed and can come back, newest first. News of it are events of the type `trash`. */
  'trash.list': call(nothing, z.array(trashEntry)),
  /** What a removed container had written: the last lines of it, oldest first. */
  'trash.logs': stream(z.object({ id: trashRef, tail: z.int().min(0) }), z.array(logEntry)),
  /** As it was, under its name or another; `conflict` when the name is taken. */
  'trash.restore': call(z.object({ id: trashRef, name: z.string().optional(), taken: takenTags.optional() }), restored),
  /** For good. */
  'trash.remove': call(z.object({ id: trashRef }), z.object({ freedBytes: z.int() })),
  'trash.empty': call(nothing, z.object({ removed: z.int(), freedBytes: z.int() })),
  /** What is given is changed; the answer says how it stands. */
  'trash.settings': call(trashSettings.partial(), trashSettings),
};
