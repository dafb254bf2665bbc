import { Worker } from 'node:worker_threads';

import { onAbort } from '#engine/async/on-abort.ts';
import { EngineError } from '#engine/contract/errors.ts';

import type { WorkerNews } from './apply-worker.ts';
import type { LayerRecord } from './layer-store.ts';
import type { UnpackRequest } from './unpack-layer.ts';

/** In the checkout the source beside this one; in the package the program beside the engine's. */
const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './apply-worker.ts' : './apply-worker.js', import.meta.url);

/** Unpacks in a thread of its own, so that the engine goes on answering. The promise settles once the thread has ended. */
export async function runApplyWorker(
  request: UnpackRequest,
  onProgress: (current: number) => void,
  signal: AbortSignal,
): Promise<LayerRecord> {
  const worker = new Worker(ENTRY, { workerData: request, execArgv: [], name: 'unpack' });
  const ended = Promise.withResolvers<void>();
  const release = onAbort(signal, () => void worker.terminate());
  let outcome: Exclude<WorkerNews, { kind: 'progress' }> | undefined;
  worker.on('message', (news: WorkerNews) => {
    if (news.kind === 'progress') onProgress(news.current);
    else outcome = news;
  });
  worker.on('error', ended.reject);
  worker.on('exit', () => ended.resolve());
  try {
    await ended.promise;
  } finally {
    release();
  }
  if (outcome?.kind === 'done') return outcome.record;
  if (outcome?.kind === 'failed') throw new EngineError(outcome.code, outcome.message);
  if (signal.aborted) throw new EngineError('cancelled', 'unpacking was cancelled');
  throw new EngineError('internal', `unpacking ${request.diffId} ended without a result`);
}
