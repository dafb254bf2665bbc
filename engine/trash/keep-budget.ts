import { entryDir, settlePieces } from './move-pieces.ts';
import { measureTree } from '#engine/archive/measure-tree.ts';
import { eachInTurn } from '#engine/async/each-in-turn.ts';
import { discard, sweepTrash } from './remove-from-trash.ts';
import { publishTrash } from './trash-events.ts';
import { weighTrash, type TrashParts } from './trash-parts.ts';
import type { TrashRecord } from './trash-record.ts';
import type { TrashSize } from './trash-table.ts';
import { readTrashSettings } from './trash-settings.ts';

/** However small: a machine that runs a container a second would fill its disk with names. */
const MOST_ENTRIES = 1000;

/**
 * Measures what has come since, and removes for good what is over the budget, the oldest first. What can't be measured or
 * removed keeps none of the rest.
 * @throws the first failure, once all is tried; the signal's reason.
 */
export async function keepBudget(parts: TrashParts, now: number, signal: AbortSignal): Promise<void> {
  const measureNews = async (): Promise<void> => {
    const news = parts.table.listUnsettled().filter(({ phase }) => phase === 'here');
    await eachInTurn(news, (entry) => measure(parts, entry, signal));
  };
  const discardOld = async (): Promise<void> => {
    await eachInTurn(overBudget(sizes(parts), { ...(await readTrashSettings(parts)), now }), async (id) => {
      signal.throwIfAborted();
      await discard(parts, id);
    });
  };
  await eachInTurn([() => sweepTrash(parts), measureNews, discardOld], (step) => step());
}

function sizes(parts: TrashParts): readonly TrashSize[] {
  const weights = weighTrash(parts);
  return parts.table.listSizes().map((size) => ({ ...size, bytes: weights.get(size.id)?.counted ?? size.bytes }));
}

/** Whoever wants it back needn't wait until it is measured. */
async function measure(parts: TrashParts, entry: TrashRecord, signal: AbortSignal): Promise<void> {
  const isStill = (): boolean => {
    const now = parts.table.get(entry.id);
    return now?.phase === 'here' && now.removedAt === entry.removedAt;
  };
  await parts.table.exclusively(entry.id, async () => {
    if (isStill()) await settlePieces(parts, entry);
  });
  const { bytes } = await measureTree(entryDir(parts, entry.id), signal);
  if (!isStill()) return;
  parts.table.setBytes(entry.id, bytes);
  publishTrash(parts, entry, 'measure');
}

interface Budget {
  readonly maxAgeSeconds: number;
  readonly maxBytes: number;
  /** Unix milliseconds. */
  readonly now: number;
}

/** @param entries newest first. @returns ids of those that go, oldest first; what came with something goes with it. */
function overBudget(entries: readonly TrashSize[], { maxAgeSeconds, maxBytes, now }: Budget): readonly string[] {
  const ids = new Set(entries.map(({ id }) => id));
  const along = Map.groupBy(entries, ({ owner }) => owner);
  const gone: string[] = [];
  let bytes = 0;
  let count = 0;
  for (const { id, owner, removedAt, bytes: own } of entries) {
    if (owner !== undefined && ids.has(owner)) continue;
    bytes += (along.get(id) ?? []).reduce((sum, entry) => sum + entry.bytes, own);
    count += 1;
    const isOver = bytes > maxBytes || count > MOST_ENTRIES || maxBytes === 0;
    if (isOver || now - removedAt > maxAgeSeconds * 1000) gone.push(id);
  }
  return gone.toReversed();
}
