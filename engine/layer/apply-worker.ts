import { parentPort } from 'node:worker_threads';

import { z } from 'zod';

import { toEngineError, type ErrorCode } from '#engine/contract/errors.ts';

import type { LayerRecord } from './layer-store.ts';
import { treeRequest, unpackLayer, unpackRequest, unpackTar } from './unpack-layer.ts';

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
async function answer(message: unknown): Promise<void> {
  try {
    const request = workRequest.parse(message);
    if (request.kind === 'tree') {
      await unpackTar(request);
      tell({ kind: 'done' });
    } else {
      tell({ kind: 'done', record: await unpackLayer(request, (current) => tell({ kind: 'progress', current })) });
    }
  } catch (error) {
    // An error's class and code would be lost on the way.
    const { code, message: sentence } = toEngineError(error);
    tell({ kind: 'failed', code, message: sentence });
  }
}

parentPort?.on('message', (message: unknown) => void answer(message));
