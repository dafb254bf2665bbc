import type { Restored, TrashEntry, TrashKind } from '#engine/contract/trash.ts';
import type { EventBus } from '#engine/events/event-bus.ts';
import type { Database } from '#engine/metadata/database.ts';

import type { TrashRecord } from './trash-record.ts';
import type { TrashTable } from './trash-table.ts';

/** What the trash asks the folder that a kind of thing belongs to. */
export interface TrashedKind {
  /** What lists say of an entry beyond what the trash knows itself. */
  describe(entry: TrashRecord): Pick<TrashEntry, 'isNameTaken' | 'container'>;
  /** Whether the subject is still there: its removal has not got to the point where only the trash has it. */
  isThere(entry: TrashRecord): boolean;
  /** @throws EngineError `conflict` when the name is taken. */
  restore(entry: TrashRecord, name: string): Promise<Restored>;
  /** It is gone for good: what was kept for it alone may go too. */
  forget(entry: TrashRecord): Promise<void>;
}

/** What the verbs of this folder work with. */
export interface TrashParts {
  readonly database: Database;
  /** The data root: where pieces belong is told from here. */
  readonly root: string;
  /** One directory an entry, by its id. */
  readonly trashDir: string;
  readonly events: EventBus;
  readonly table: TrashTable;
  /** Each folder above adds its own. */
  readonly kinds: Map<TrashKind, TrashedKind>;
  /** Something has come, or the budget is another: measures and empties beside. */
  readonly wake: () => void;
}

export function kindOf({ kinds }: Pick<TrashParts, 'kinds'>, { kind }: TrashRecord): TrashedKind {
  const found = kinds.get(kind);
  if (found === undefined) throw new Error(`Nobody looks after ${kind}s in the trash.`);
  return found;
}
