import { setImmediate as turn } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';

import { z } from 'zod';

import { EngineError, toEngineError, type ErrorCode } from '#engine/contract/errors.ts';

import type { LayerRecord } from './layer-store.ts';
import {
  treeRequest,
  unpackLayer,
  unpackRequest,
  unpackTar,
  type TreeRequest,
  type UnpackRequest,
} from './unpack-layer.ts';

/** What the thread is told: what to do, and where it finds whether it is to leave off; or to end, once it has answered. */
export type WorkerOrder = { readonly request: UnpackRequest | TreeRequest; readonly stop: Int32Array } | 'end';

/** What the thread tells its maker: progress any number of times, then one of the others. */
export type WorkerNews =
  | { readonly kind: 'progress'; readonly current: number }
  /** The record of a layer that was taken in. */
  | { readonly kind: 'done'; readonly record?: LayerRecord }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };

const workRequest = z.discriminatedUnion('kind', [unpackRequest, treeRequest]);

function tell(news: WorkerNews): void {
  parentPort?.postMessage(news);
}

/** One request after the other: its maker asks again only when it has been answered. */
async function answer({ request: sent, stop }: Exclude<WorkerOrder, 'end'>): Promise<void> {
  const checkStop = (): void => {
    if (Atomics.load(stop, 0) !== 0) throw new EngineError('cancelled', 'unpacking was cancelled');
  };
  try {
    const request = workRequest.parse(sent);
    if (request.kind === 'tree') {
      await unpackTar(request, checkStop);
      tell({ kind: 'done' });
    } else {
      const onProgress = (current: number): void => tell({ kind: 'progress', current });
      tell({ kind: 'done', record: await unpackLayer(request, { onProgress, checkStop }) });
    }
  } catch (error) {
    // What was open is closed by then: a removed file takes its place on the disk until it is.
    await turn();
    // An error's class and code would be lost on the way.
    const { code, message: sentence } = toEngineError(error);
    tell({ kind: 'failed', code, message: sentence });
  }
}

parentPort?.on('message', (order: WorkerOrder) => {
  if (order === 'end') parentPort?.close();
  else void answer(order);
});
