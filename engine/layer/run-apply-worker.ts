import { Worker } from 'node:worker_threads';

import { onAbort } from '#engine/async/on-abort.ts';
import { EngineError } from '#engine/contract/errors.ts';

import type { WorkerNews, WorkerOrder } from './apply-worker.ts';
import type { LayerRecord } from './layer-store.ts';
import type { TreeRequest, UnpackRequest } from './unpack-layer.ts';

/** In the checkout the source beside this one; in the package the program beside the engine's. */
const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './apply-worker.ts' : './apply-worker.js', import.meta.url);

/** Most of what a thread makes lives as long as the layer: much room for what is young would only stay empty. */
const LIMITS = { maxYoungGenerationSizeMb: 4 };

/** How long a thread without work is kept: loading its code takes longer than unpacking a small layer. */
const IDLE_MS = 10_000;

type Outcome = Exclude<WorkerNews, { kind: 'progress' }>;

interface IdleWorker {
  readonly worker: Worker;
  readonly expiry: NodeJS.Timeout;
}

const idle: IdleWorker[] = [];

/**
 * Unpacks in a thread of its own, so that the engine goes on answering. When the promise settles the thread has closed what it had
 * open and does nothing any more.
 *
 * It is asked to leave off and to end, never ended from outside: Node has been seen to crash when a thread is ended while another
 * begins (nodejs/node#56312), and with it all that the engine does.
 */
export async function runApplyWorker(
  request: UnpackRequest,
  onProgress: (current: number) => void,
  signal: AbortSignal,
): Promise<LayerRecord> {
  const { record } = await runWorker(request, onProgress, signal);
  if (record === undefined) throw endedSilently(request);
  return record;
}

/** Unpacks a layer that is kept as a tar, likewise. */
export async function runTreeWorker(request: TreeRequest): Promise<void> {
  await runWorker(request, () => undefined, new AbortController().signal);
}

async function runWorker(
  request: UnpackRequest | TreeRequest,
  onProgress: (current: number) => void,
  signal: AbortSignal,
): Promise<{ readonly record?: LayerRecord }> {
  const worker = takeWorker();
  const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const release = onAbort(signal, () => void Atomics.store(stop, 0, 1));
  const outcome = await outcomeOf(worker, { request, stop }, onProgress).finally(release);
  if (outcome !== undefined) keepWorker(worker);
  if (outcome?.kind === 'done') return outcome;
  if (outcome?.kind === 'failed') throw new EngineError(outcome.code, outcome.message);
  if (signal.aborted) throw new EngineError('cancelled', 'unpacking was cancelled');
  throw endedSilently(request);
}

function endedSilently({ diffId }: UnpackRequest | TreeRequest): EngineError {
  return new EngineError('internal', `unpacking ${diffId} ended without a result`);
}

/** Undefined when the thread has ended without a word. @throws what it failed with. */
async function outcomeOf(
  worker: Worker,
  order: WorkerOrder,
  onProgress: (current: number) => void,
): Promise<Outcome | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome | undefined>();
  const hear = (news: WorkerNews): void => {
    if (news.kind === 'progress') onProgress(news.current);
    else resolve(news);
  };
  const ended = (): void => resolve(undefined);
  worker.on('message', hear).on('error', reject).on('exit', ended);
  worker.postMessage(order);
  try {
    return await promise;
  } finally {
    worker.off('message', hear).off('error', reject).off('exit', ended);
  }
}

function takeWorker(): Worker {
  const waiting = idle.pop();
  if (waiting === undefined) return startWorker();
  clearTimeout(waiting.expiry);
  waiting.worker.ref();
  return waiting.worker;
}

/** One that fails while it waits is nobody's failure. */
function startWorker(): Worker {
  const worker = new Worker(ENTRY, { execArgv: [], name: 'unpack', resourceLimits: LIMITS });
  return worker.on('error', () => forget(worker)).on('exit', () => forget(worker));
}

/** It holds up nobody's end. */
function keepWorker(worker: Worker): void {
  worker.unref();
  const expiry = setTimeout(() => {
    forget(worker);
    worker.postMessage('end' satisfies WorkerOrder);
  }, IDLE_MS).unref();
  idle.push({ worker, expiry });
}

function forget(worker: Worker): void {
  const at = idle.findIndex((waiting) => waiting.worker === worker);
  if (at !== -1) idle.splice(at, 1);
}
