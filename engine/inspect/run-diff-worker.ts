import { Worker } from 'node:worker_threads';

import { onAbort } from '#engine/async/on-abort.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { FileDiff } from '#engine/contract/file-diff.ts';

/** In the checkout the source beside this one; in the package the program beside the engine's. */
const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './diff-worker.ts' : './diff-worker.js', import.meta.url);

export interface TextPair {
  readonly before: string;
  readonly now: string;
}

export type DiffAnswer = Pick<FileDiff, 'hunks' | 'isCut'>;

/** Compares in a thread of its own: long texts take long. @throws EngineError `cancelled` when the signal fires. */
export async function runDiffWorker(texts: TextPair, signal: AbortSignal): Promise<DiffAnswer> {
  const worker = new Worker(ENTRY, { execArgv: [], name: 'diff' });
  const { promise, resolve, reject } = Promise.withResolvers<DiffAnswer>();
  worker.once('message', (answer: DiffAnswer) => resolve(answer));
  worker.once('error', (error) => reject(new EngineError('internal', `The comparison failed: ${String(error)}`)));
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  worker.once('exit', () => end());
  const release = onAbort(signal, () => reject(new EngineError('cancelled', 'The comparison was cancelled.')));
  try {
    worker.postMessage(texts);
    const answer = await promise;
    // It ends by itself once it has answered; who is cancelled may have hours to go.
    await ended;
    return answer;
  } catch (error) {
    await worker.terminate();
    throw error;
  } finally {
    release();
  }
}
