import { parentPort } from 'node:worker_threads';

import { toEngineError } from '#engine/contract/errors.ts';

import type { ThreadNews } from './asked-thread.ts';
import { SearchColumns } from './search-columns.ts';
import { searchLayers } from './search-layers.ts';
import type { SearchReport, SearchRequestToThread, SearchTask } from './search-task.ts';

/** Beyond this the columns used longest ago are read again when needed. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** By path, least recently used first. A layer's index never changes. */
const kept = new Map<string, SearchColumns>();
const cancelled = new Set<number>();

async function columnsOf(indexPath: string): Promise<SearchColumns | undefined> {
  const columns = kept.get(indexPath) ?? (await SearchColumns.read(indexPath));
  if (columns === undefined) return undefined;
  kept.delete(indexPath);
  kept.set(indexPath, columns);
  let bytes = kept.values().reduce((sum, one) => sum + one.bytes, 0);
  for (const [oldest, { bytes: freed }] of kept) {
    if (bytes <= KEPT_BYTES || oldest === indexPath) break;
    kept.delete(oldest);
    bytes -= freed;
  }
  return columns;
}

function tell(news: ThreadNews<SearchReport>): void {
  parentPort?.postMessage(news);
}

async function search(task: SearchTask): Promise<void> {
  try {
    const isCancelled = (): boolean => cancelled.has(task.id);
    for await (const news of searchLayers(task, { columnsOf, isCancelled })) tell({ id: task.id, news });
  } catch (error) {
    const { code, message } = toEngineError(error);
    tell({ id: task.id, failure: { code, message } });
  } finally {
    cancelled.delete(task.id);
  }
}

parentPort?.on('message', (request: SearchRequestToThread) => {
  if (request.kind === 'end') parentPort?.close();
  else if (request.kind === 'cancel') cancelled.add(request.id);
  // A page of hits is all that is ever ahead of whoever listens.
  else if (request.kind === 'search') void search(request);
});
