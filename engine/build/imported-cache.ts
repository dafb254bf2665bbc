import type { Digest } from '#engine/contract/digest.ts';
import { toEngineError } from '#engine/contract/errors.ts';
import { ProgressBoard } from '#engine/image/progress-board.ts';
import { ingest, storeLayers } from '#engine/image/store-layers.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import type { Lease } from '#engine/image/leases.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';

import type { Tell } from './build-event.ts';
import type { BuildRequest } from './build-request.ts';
import { readCache, type FoundCache } from './cache-reader.ts';
import { StepCache, type StepResult } from './step-cache.ts';
import type { BuildLayer } from './store-step.ts';

interface Found {
  readonly cache: FoundCache;
  readonly diffId: Digest | undefined;
  readonly blob: Descriptor | undefined;
  readonly madeAt: number;
}

/** What steps have made elsewhere: known by a few documents, and a layer is fetched only when a step has use for it. */
export class ImportedCache {
  readonly #images: ImageParts;
  readonly #found = new Map<string, Found>();

  private constructor(images: ImageParts) {
    this.#images = images;
  }

  /** A cache that isn't there, or can't be read, is told: the build goes on without. */
  static async open(
    images: ImageParts,
    { cacheFrom = [], credentials }: Pick<BuildRequest, 'cacheFrom' | 'credentials'>,
    { tell, signal }: { readonly tell: Tell; readonly signal: AbortSignal },
  ): Promise<ImportedCache> {
    const imported = new ImportedCache(images);
    for (const source of cacheFrom) {
      try {
        imported.#add(await readCache({ images, signal, credentials }, source));
      } catch (error) {
        signal.throwIfAborted();
        // Of a name alone it is asked in two places, and one of them is enough.
        const { code, message } = toEngineError(error);
        if (source.kind !== 'image' || code !== 'not-found')
          tell({ kind: 'notice', message: `No cache was taken over: ${message}` });
      }
    }
    return imported;
  }

  /** The result of a step, in this machine's cache from now on. @throws EngineError when its layer can't be fetched. */
  async take(
    key: string,
    { lease, signal }: { readonly lease: Lease; readonly signal: AbortSignal },
  ): Promise<StepResult | undefined> {
    const found = this.#found.get(key);
    if (found === undefined) return undefined;
    const { cache, diffId, blob, madeAt } = found;
    let layer: BuildLayer | undefined;
    if (diffId !== undefined) {
      if (blob === undefined) return undefined;
      layer = { diffId, blob };
      const open = (left: AbortSignal): AsyncIterable<Uint8Array> => cache.open(blob, left);
      const from = { sender: cache.name, subject: 'the cache' };
      const board = new ProgressBoard('build', 'Fetching a layer of the cache');
      await storeLayers(this.#images, { layers: [{ ...layer, open }], ...from }, { board, lease, signal });
      // The layer may have been here, as other bytes.
      if ((await this.#images.blobs.stat(blob.digest)) === undefined)
        await ingest(this.#images, { blob, ...from }, open(signal), signal);
    }
    return new StepCache(this.#images).store(key, layer, { madeAt });
  }

  #add(cache: FoundCache): void {
    const blobs = new Map(cache.diffIds.map((diffId, at) => [diffId, cache.layers[at]]));
    for (const { key, diffId, madeAt } of cache.entries) {
      if (this.#found.has(key)) continue;
      this.#found.set(key, { cache, diffId, blob: diffId && blobs.get(diffId), madeAt });
    }
  }
}
