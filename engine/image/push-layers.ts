import { compressed, type LayerCompression } from '#engine/archive/compress.ts';
import { Slots } from '#engine/async/slots.ts';
import type { Digest } from '#engine/contract/digest.ts';
import type { Reference } from '#engine/contract/reference.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import type { RemoteRepository } from '#engine/registry/registry-client.ts';

import { compressedLayer, rememberCompressed } from './compressed-layers.ts';
import type { ImageParts } from './image-parts.ts';
import { mountSources } from './mount-sources.ts';
import type { ProgressBoard } from './progress-board.ts';
import { compressedTypes, type OutgoingLayer } from './push-plan.ts';

/** Where layers go, and who hears of it. */
export interface PushContext {
  readonly repository: RemoteRepository;
  readonly reference: Reference;
  readonly board: ProgressBoard;
  readonly signal: AbortSignal;
}

/** More connections to one registry gain little, and some registries count them. */
const UPLOADS = 4;

/**
 * Sees to it that the repository has the layers: it may have them, it may take them over from another of the registry's
 * repositories, or they are sent, several at once. When one fails the others stop.
 *
 * @returns their descriptors as the registry has them, base first.
 */
export async function pushLayers(
  parts: ImageParts,
  layers: readonly OutgoingLayer[],
  context: PushContext,
): Promise<readonly Descriptor[]> {
  const first = addTo(context.board, layers);
  const failed = new AbortController();
  const signal = AbortSignal.any([context.signal, failed.signal]);
  const work = new LayerPush(parts, { ...context, signal });
  const slots = new Slots(UPLOADS);
  const once = new Map<Digest, Promise<Descriptor>>();
  let failure: { readonly error: unknown } | undefined;
  const settled = await Promise.all(
    layers.map(async (layer, index) => {
      const report: Report = (news) => context.board.layer(first + index, news);
      try {
        // A stack may have a layer twice.
        const sending = once.get(layer.diffId) ?? slots.run(() => work.send(layer, report), signal);
        const isFirst = !once.has(layer.diffId);
        once.set(layer.diffId, sending);
        const sent = await sending;
        if (!isFirst) report({ state: 'exists' });
        return sent;
      } catch (error) {
        failure ??= { error };
        failed.abort(error);
        return undefined;
      }
    }),
  );
  if (failure !== undefined) throw failure.error;
  return settled.filter((sent) => sent !== undefined);
}

/** Of layers that are known to be there without a question for each. */
export function tellPresent(board: ProgressBoard, layers: readonly OutgoingLayer[]): void {
  const first = addTo(board, layers);
  for (const [at, { blob }] of layers.entries()) board.layer(first + at, { state: 'exists', current: blob.size });
}

/** Called by what they are here, however they are sent. */
function addTo(board: ProgressBoard, layers: readonly OutgoingLayer[]): number {
  return board.add(layers.map(({ diffId, blob }) => ({ ...blob, digest: diffId })));
}

/** What a layer is called where it goes; undefined until it has been compressed for the first time. */
export function knownAs(
  { database }: ImageParts,
  { diffId, blob, compression }: OutgoingLayer,
): Descriptor | undefined {
  if (compression === undefined) return blob;
  const known = compressedLayer(database, diffId, compression);
  return known && { mediaType: compressedTypes[compression], ...known };
}

type Report = (news: Parameters<ProgressBoard['layer']>[1]) => void;

class LayerPush {
  readonly #parts: ImageParts;
  readonly #context: PushContext;

  constructor(parts: ImageParts, context: PushContext) {
    this.#parts = parts;
    this.#context = context;
  }

  async send(layer: OutgoingLayer, report: Report): Promise<Descriptor> {
    const known = knownAs(this.#parts, layer);
    if (known !== undefined && (await this.#isThere(known, report))) return known;
    report({ state: 'pushing', current: 0 });
    const sent = await (layer.compression === undefined
      ? this.#sendKept(layer.blob, report)
      : this.#sendCompressed(layer, layer.compression, report));
    report({ state: 'pushed', current: sent.size, total: sent.size });
    return sent;
  }

  async #isThere({ digest, size }: Descriptor, report: Report): Promise<boolean> {
    const { repository, reference, signal } = this.#context;
    if (await repository.has('blobs', digest, signal)) {
      report({ state: 'exists', current: size, total: size });
      return true;
    }
    for (const from of mountSources(this.#parts.database, reference, digest)) {
      if (!(await repository.mount(digest, from, signal))) continue;
      report({ state: 'mounted', current: size, total: size });
      return true;
    }
    return false;
  }

  async #sendKept(blob: Descriptor, report: Report): Promise<Descriptor> {
    const { repository, signal } = this.#context;
    const source = { descriptor: blob, open: () => this.#parts.blobs.open(blob.digest) };
    await repository.upload(source, { signal, onProgress: (current) => report({ current }) });
    return blob;
  }

  /** Compressed while it is sent; how far it is, is told in bytes of the tar. */
  async #sendCompressed(
    { diffId, blob }: OutgoingLayer,
    compression: LayerCompression,
    report: Report,
  ): Promise<Descriptor> {
    const { repository, signal } = this.#context;
    const open = (): AsyncIterable<Uint8Array> =>
      compressed(told(this.#parts.blobs.open(blob.digest), report), compression);
    const sent = await repository.upload({ open }, { signal });
    rememberCompressed(this.#parts.database, diffId, { compression, ...sent });
    return { mediaType: compressedTypes[compression], ...sent };
  }
}

async function* told(source: AsyncIterable<Uint8Array>, report: Report): AsyncGenerator<Uint8Array> {
  let current = 0;
  for await (const chunk of source) {
    yield chunk;
    current += chunk.byteLength;
    report({ current });
  }
}
