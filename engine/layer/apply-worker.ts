import { parentPort, workerData } from 'node:worker_threads';

import { toEngineError, type ErrorCode } from '#engine/contract/errors.ts';

import type { LayerRecord } from './layer-store.ts';
import { unpackLayer, unpackRequest } from './unpack-layer.ts';

/** What the thread tells its maker: progress any number of times, then one of the others. */
export type WorkerNews =
  | { readonly kind: 'progress'; readonly current: number }
  | { readonly kind: 'done'; readonly record: LayerRecord }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };

function tell(news: WorkerNews): void {
  parentPort?.postMessage(news);
}

if (parentPort !== null) {
  try {
    const request = unpackRequest.parse(workerData);
    tell({ kind: 'done', record: await unpackLayer(request, (current) => tell({ kind: 'progress', current })) });
  } catch (error) {
    // An error's class and code would be lost on the way.
    const { code, message } = toEngineError(error);
    tell({ kind: 'failed', code, message });
  }
}
