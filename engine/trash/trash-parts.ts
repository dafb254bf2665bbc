import type { Restored, TakenTags, TrashEntry, TrashKind } from '#engine/contract/trash.ts';
import type { EventBus } from '#engine/events/event-bus.ts';
import type { Database } from '#engine/metadata/database.ts';

import type { TrashRecord } from './trash-record.ts';
import type { TrashTable } from './trash-table.ts';

/** What the trash asks the folder that a kind of thing belongs to. */
export interface TrashedKind {
  /** What lists say of an entry beyond what the trash knows itself. */
  describe(entry: TrashRecord): Pick<TrashEntry, 'isNameTaken' | 'container' | 'image'>;
  /** Whether the subject is still there: its removal has not got to the point where only the trash has it. */
  isThere(entry: TrashRecord): boolean;
  /** @throws EngineError `conflict` when the name is taken. */
  restore(entry: TrashRecord, how: Restoring): Promise<Restored>;
  /** It is gone for good: what was kept for it alone may go too. @returns the bytes that went so. */
  forget(entry: TrashRecord): Promise<number>;
  /** Of a kind that has no directories of its own, but keeps what others may keep too. */
  weigh?(): ReadonlyMap<string, TrashWeight>;
}

export interface Restoring {
  /** What it is to be called. */
  readonly name: string;
  readonly taken?: TakenTags;
}

/** What an entry keeps on the disk, in bytes. */
export interface TrashWeight {
  /** What goes with it when it alone goes. */
  readonly own: number;
  /** The same, with what only older entries keep too: those of all entries add up to what the trash keeps. */
  readonly counted: number;
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

/** Of those entries that have no directories of their own. */
export function weighTrash({ kinds }: Pick<TrashParts, 'kinds'>): ReadonlyMap<string, TrashWeight> {
  return new Map([...new Set(kinds.values())].flatMap((kind) => [...(kind.weigh?.() ?? [])]));
}
