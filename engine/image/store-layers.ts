import { Slots } from '#engine/async/slots.ts';
import type { BlobSpool } from '#engine/content/blob-store.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';

import type { ImageParts } from './image-parts.ts';
import { leasesOf, type Lease } from './leases.ts';
import type { ProgressBoard } from './progress-board.ts';
import type { StoredLayer } from './record-image.ts';
import { usableLayer } from './usable-layer.ts';

/** A layer that may have to be fetched. */
export type IncomingLayer = { readonly diffId: Digest; readonly blob: Descriptor } & LayerSource;

type LayerSource =
  | {
      /** Its bytes, unverified; asked for only when the layer isn't here. */
      open(signal: AbortSignal): AsyncIterable<Uint8Array>;
      /** The same from any byte on, of whom that can be asked: what came stays then for another attempt. */
      readonly openFrom?: (offset: number, signal: AbortSignal) => AsyncIterable<Uint8Array>;
    }
  /** Its bytes came before it was known whose they are. */
  | { readonly spool: BlobSpool };

export interface IncomingStack {
  /** Base first. */
  readonly layers: readonly IncomingLayer[];
  /** Who sends it, for the sentence when the bytes are not those promised: `registry.example`, `The archive`. */
  readonly sender: string;
  /** What the layers are of: `redis:4`. */
  readonly subject: string;
}

export interface StoreContext {
  readonly board: ProgressBoard;
  readonly lease: Lease;
  readonly signal: AbortSignal;
}

/** More connections to one registry gain little, and some registries count them. */
const DOWNLOADS = 4;
/** Unpacking is the disk's work: more at once only makes it seek. */
const UNPACKS = 2;

/**
 * Fetches and unpacks what isn't here yet, several layers at once, base first; a layer is unpacked while others
 * still arrive. When one fails or the signal fires the others stop, and this throws only once they have.
 */
export async function storeLayers(
  parts: ImageParts,
  stack: IncomingStack,
  { board, lease, signal }: StoreContext,
): Promise<readonly StoredLayer[]> {
  const { layers } = stack;
  await lease.hold(...layers.flatMap(({ diffId, blob }) => [diffId, blob.digest]));
  const first = board.add(layers.map(({ blob }) => blob));
  const failed = new AbortController();
  const work = new LayerWork(parts, stack, AbortSignal.any([signal, failed.signal]));
  let failure: { readonly error: unknown } | undefined;
  const settled = await Promise.all(
    layers.map(async (layer, index) => {
      try {
        return await work.store(layer, (news) => board.layer(first + index, news));
      } catch (error) {
        // Those that follow only say that they were stopped.
        failure ??= { error };
        failed.abort(error);
        return undefined;
      }
    }),
  );
  if (failure !== undefined) throw failure.error;
  return settled.filter((stored) => stored !== undefined);
}

type Report = (news: Parameters<ProgressBoard['layer']>[1]) => void;

class LayerWork {
  readonly #parts: ImageParts;
  readonly #stack: IncomingStack;
  readonly #signal: AbortSignal;
  readonly #downloads = new Slots(DOWNLOADS);
  readonly #unpacks = new Slots(UNPACKS);

  constructor(parts: ImageParts, stack: IncomingStack, signal: AbortSignal) {
    this.#parts = parts;
    this.#stack = stack;
    this.#signal = signal;
  }

  async store(layer: IncomingLayer, report: Report): Promise<StoredLayer> {
    const { diffId, blob } = layer;
    return leasesOf(this.#parts).inTurn(diffId, this.#signal, async () => {
      const known = await usableLayer(this.#parts.layers, diffId);
      if (known !== undefined) {
        report({ state: 'exists', current: blob.size });
        return { record: known, blob };
      }
      await this.#downloads.run(() => this.#fetch(layer, report), this.#signal);
      const record = await this.#unpacks.run(async () => {
        report({ state: 'unpacking', current: 0 });
        return this.#parts.layers.apply(diffId, blob, (current) => report({ current }), this.#signal);
      }, this.#signal);
      report({ state: 'done', current: blob.size });
      return { record, blob };
    });
  }

  async #fetch(layer: IncomingLayer, report: Report): Promise<void> {
    report({ state: 'downloading' });
    const { blob } = layer;
    const { sender, subject } = this.#stack;
    await promised({ blob, sender, subject }, () => {
      const signal = this.#signal;
      if ('spool' in layer) return this.#parts.blobs.keep(blob, layer.spool);
      const { openFrom } = layer;
      if (openFrom === undefined) return this.#parts.blobs.ingest(blob, counted(layer.open(signal), 0, report), signal);
      const source = {
        open: (offset: number) => counted(openFrom(offset, signal), offset, report),
        isWorthKeeping: (error: unknown) => mayComeLater(signal.aborted ? signal.reason : error),
      };
      return this.#parts.blobs.resume(blob, source, signal);
    });
    report({ state: 'downloaded', current: layer.blob.size });
  }
}

/** A registry that can't be reached, an engine that stops, somebody who pauses; not what is wrong, nor who gives up. */
function mayComeLater(error: unknown): boolean {
  return error instanceof EngineError && error.code === 'unavailable';
}

async function* counted(source: AsyncIterable<Uint8Array>, offset: number, report: Report): AsyncGenerator<Uint8Array> {
  let current = offset;
  for await (const chunk of source) {
    current += chunk.length;
    report({ current });
    yield chunk;
  }
  report({ state: 'verifying' });
}

/** Stores a blob; bytes other than those promised are the sender's fault, and the sentence says whose. */
export async function ingest(
  { blobs }: Pick<ImageParts, 'blobs'>,
  promise: Promised,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  await promised(promise, () => blobs.ingest(promise.blob, source, signal));
}

interface Promised {
  readonly blob: Descriptor;
  readonly sender: string;
  readonly subject: string;
}

async function promised({ blob, sender, subject }: Promised, store: () => Promise<void>): Promise<void> {
  try {
    await store();
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'conflict') throw error;
    throw new EngineError(
      'corrupt',
      `${sender} sent other bytes for ${blob.digest} of ${subject} than were promised, and nothing of it was kept; try again, and if it repeats, the image has to be published again.`,
      { cause: error },
    );
  }
}
