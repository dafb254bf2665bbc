import { lent } from '#engine/async/lent.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Platform, PullProgress } from '#engine/contract/image.ts';
import { canonicalRepository, familiarName, familiarRepository, type Reference } from '#engine/contract/reference.ts';
import { transaction } from '#engine/metadata/database.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { parseImageConfig } from '#engine/oci/image-config.ts';
import { defined } from '#engine/oci/json-fields.ts';
import type { Credentials, Document, RemoteRepository } from '#engine/registry/registry-client.ts';

import { checkPlatform, chooseManifest, hostPlatform, isSamePlatform, type ChosenManifest } from './choose-manifest.ts';
import { followTransfer } from './follow-transfer.ts';
import { publishImageEvent } from './image-events.ts';
import type { ImageParts } from './image-parts.ts';
import { findImage, imagesWithRepoDigest, imageTagged, layersOf, tagName } from './image-records.ts';
import { documentTagged, forgetDocumentTag } from './kept-documents.ts';
import { once } from './once.ts';
import { pullIndex } from './pull-index.ts';
import { nameImage, recordImages, type Naming } from './record-image.ts';
import { checkConfigSize } from './remote-config.ts';
import { ingest, storeLayers, type IncomingLayer, type StoreContext } from './store-layers.ts';
import { usableLayer } from './usable-layer.ts';

export interface PullOptions {
  /** Also what the name leads to for others: all of it is kept, and what is for this one is an image. */
  readonly allPlatforms?: boolean;
  /** This machine's own, unless told otherwise. */
  readonly platform?: Platform;
  readonly credentials?: Credentials;
  readonly insecure?: boolean;
}

/**
 * Brings an image here from its registry, or finds that it is here already.
 *
 * What is here is not fetched again. The image has its name only once all of it is stored and verified; when the pull
 * fails, is left or cancelled by the signal, what came of it is removed again, but for what others use.
 *
 * @throws EngineError with the registry's refusal in Docker's words, `corrupt` when bytes aren't those promised,
 * `out-of-space`; the signal's reason when it fires.
 */
export async function* pullImage(
  parts: ImageParts,
  reference: Reference,
  options: PullOptions,
  signal: AbortSignal,
): AsyncGenerator<PullProgress> {
  yield* followTransfer(parts, { reference, doing: 'Pulling from', signal }, (context) =>
    new Pull(parts, reference, options, context).run(),
  );
}

class Pull {
  readonly #parts: ImageParts;
  readonly #reference: Reference;
  readonly #options: PullOptions;
  readonly #context: StoreContext;
  readonly #repository: RemoteRepository;
  /** The image in familiar form, for sentences. */
  readonly #name: string;

  constructor(parts: ImageParts, reference: Reference, options: PullOptions, context: StoreContext) {
    this.#parts = parts;
    this.#reference = reference;
    this.#options = options;
    this.#context = context;
    this.#name = familiarName(reference);
    const { credentials, insecure } = options;
    this.#repository = parts.registry.repository(reference, defined({ credentials, insecure }));
  }

  async run(): Promise<void> {
    const { signal } = this.#context;
    const digest = this.#reference.digest ?? (await this.#repository.resolve(this.#tag(), signal));
    const known = digest && (await this.#findHere(digest));
    if (digest !== undefined && known !== undefined) this.#nameKnown(known, digest);
    else await this.#fetch(await this.#repository.document(digest ?? this.#tag(), signal));
    if (this.#options.allPlatforms !== true) {
      // An index that was kept under that name before may be another by now.
      const isKept = digest !== undefined && documentTagged(this.#parts.database, this.#reference) === digest;
      if (!isKept) forgetDocumentTag(this.#parts.database, this.#reference);
      return;
    }
    const top = await this.#repository.document(digest ?? this.#tag(), signal);
    await pullIndex(this.#parts, { reference: this.#reference, repository: this.#repository, top }, this.#context);
  }

  #tag(): string {
    return this.#reference.tag ?? 'latest';
  }

  /** An image with that digest, for the platform, of which nothing is missing. */
  async #findHere(digest: Digest): Promise<Digest | undefined> {
    const { database, layers, blobs } = this.#parts;
    const wanted = this.#options.platform ?? hostPlatform;
    for (const id of imagesWithRepoDigest(database, canonicalRepository(this.#reference), digest)) {
      const record = findImage(database, id);
      if (record === undefined || !isSamePlatform(record.platform, wanted)) continue;
      const stack = layersOf(database, id);
      await this.#context.lease.hold(id, ...stack.map(({ diffId }) => diffId));
      const found = await Promise.all(stack.map(({ diffId }) => usableLayer(layers, diffId)));
      const isWhole = found.every((layer) => layer !== undefined) && (await blobs.stat(id)) !== undefined;
      // Somebody may have removed it since.
      if (isWhole && findImage(database, id)?.isRemoved === false) return id;
    }
    return undefined;
  }

  #nameKnown(id: Digest, digest: Digest): void {
    const { database } = this.#parts;
    const name = tagName(this.#reference);
    const isTagged = name === undefined || imageTagged(database, name) === id;
    if (!isTagged) transaction(database, () => nameImage(database, id, this.#naming(digest)));
    const { board } = this.#context;
    const stack = layersOf(database, id);
    const first = board.add(
      stack.map(({ blobDigest, blobSize, mediaType }) => ({ digest: blobDigest, size: blobSize, mediaType })),
    );
    for (const [index, { blobSize }] of stack.entries())
      board.layer(first + index, { state: 'exists', current: blobSize });
    const status = isTagged ? 'Image is up to date for' : 'Image was here already for';
    board.say({ status: `${status} ${this.#name}`, manifestDigest: digest, imageId: id });
    this.#announce(id);
  }

  async #fetch(document: Document): Promise<void> {
    const { board, lease, signal } = this.#context;
    const wanted = { platform: this.#options.platform ?? hostPlatform, what: this.#name };
    const chosen = await chooseManifest(document, wanted, ({ digest }) => this.#repository.document(digest, signal));
    const { descriptor, manifest } = chosen;
    board.say({ manifestDigest: document.descriptor.digest });
    await lease.hold(descriptor.digest, manifest.config.digest);
    await this.#storeDocuments(chosen);
    const { config, incoming } = await this.#readConfig(chosen);
    const stack = { layers: incoming, sender: this.#sender(), subject: this.#name };
    const layers = await storeLayers(this.#parts, stack, this.#context);
    signal.throwIfAborted();

    const id = manifest.config.digest;
    const image = { id, config, manifestDigest: descriptor.digest, layers };
    const digests = [document.descriptor.digest, descriptor.digest];
    const references = digests.map((digest) => ({ ...this.#reference, digest }));
    recordImages(this.#parts.database, [[image, { ...this.#naming(descriptor.digest), references }]]);
    board.say({ status: `Downloaded newer image for ${this.#name}`, imageId: id });
    this.#announce(id);
  }

  #announce(id: Digest): void {
    publishImageEvent(this.#parts, 'pull', id, { id: this.#name, name: familiarRepository(this.#reference) });
  }

  async #storeDocuments({ descriptor, bytes, manifest }: ChosenManifest): Promise<void> {
    const { signal } = this.#context;
    const { config } = manifest;
    checkConfigSize(config, this.#name);
    const from = { sender: this.#sender(), subject: this.#name };
    await ingest(this.#parts, { blob: descriptor, ...from }, once(bytes), signal);
    await ingest(this.#parts, { blob: config, ...from }, this.#repository.blob(config, signal), signal);
  }

  async #readConfig({ manifest }: ChosenManifest): Promise<{
    readonly config: ReturnType<typeof parseImageConfig>;
    readonly incoming: readonly IncomingLayer[];
  }> {
    const what = `The config of ${this.#name}`;
    const config = parseImageConfig(await this.#parts.blobs.read(manifest.config.digest), what);
    checkPlatform(config, this.#options.platform, this.#name);
    const incoming = pairLayers(config.diffIds, manifest.layers, this.#name).map(({ diffId, blob }) => ({
      diffId,
      blob,
      open: (signal: AbortSignal) => this.#repository.blob(blob, signal),
      openFrom: (offset: number, signal: AbortSignal) => lent(this.#repository.blob(blob, signal, offset)),
    }));
    return { config, incoming };
  }

  #naming(digest: Digest): Naming {
    const from = familiarName(this.#reference);
    return { origin: { kind: 'pull', from }, references: [{ ...this.#reference, digest }] };
  }

  #sender(): string {
    return `The registry ${this.#reference.registry}`;
  }
}

/** Each layer's blob with its identity. @throws EngineError `corrupt` when manifest and config don't agree. */
export function pairLayers(
  diffIds: readonly Digest[],
  blobs: readonly Descriptor[],
  what: string,
): readonly { readonly diffId: Digest; readonly blob: Descriptor }[] {
  if (diffIds.length !== blobs.length) {
    throw new EngineError(
      'corrupt',
      `The manifest of ${what} has ${blobs.length} layers, but its config ${diffIds.length}; it has to be published again.`,
    );
  }
  return diffIds.flatMap((diffId, index) => {
    const blob = blobs[index];
    return blob === undefined ? [] : [{ diffId, blob }];
  });
}
