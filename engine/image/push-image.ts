import type { LayerCompression } from '#engine/archive/compress.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { PullProgress } from '#engine/contract/image.ts';
import { canonicalRepository, familiarName, familiarRepository, type Reference } from '#engine/contract/reference.ts';
import { transaction } from '#engine/metadata/database.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { defined } from '#engine/oci/json-fields.ts';
import { OCI_MANIFEST } from '#engine/oci/media-types.ts';
import type { Credentials, RemoteRepository } from '#engine/registry/registry-client.ts';

import type { ManifestDocument } from './choose-manifest.ts';
import { followTransfer, type TransferContext } from './follow-transfer.ts';
import { publishImageEvent } from './image-events.ts';
import type { ImageParts } from './image-parts.ts';
import { findImage, layersOf } from './image-records.ts';
import { makeManifest } from './make-manifest.ts';
import { ownSources } from './mount-sources.ts';
import { pushIndex } from './push-index.ts';
import { knownAs, pushLayers, tellPresent } from './push-layers.ts';
import { planPush, pushedImage, type PushPlan } from './push-plan.ts';
import { nameImage } from './record-image.ts';

export interface PushOptions {
  /** An image that doesn't have the name here: it is given it once it is there. Without, the one that has it. */
  readonly image?: string;
  readonly credentials?: Credentials;
  readonly insecure?: boolean;
  /** Of layers that are kept uncompressed; gzip, which everybody reads, unless told. */
  readonly compression?: LayerCompression;
  /** Also where the tag leads to an image that was never seen here. */
  readonly overwrite?: boolean;
  /** The index that the tag means, with all that it lists. */
  readonly allPlatforms?: boolean;
}

/**
 * Brings an image to its registry, under the name that it has here or is to have.
 *
 * What the registry has is not sent again. The tag moves there only once everything else is there.
 *
 * @throws EngineError with the registry's refusal; `conflict` when the tag is somebody else's work and `overwrite` isn't
 * set; the signal's reason when it fires.
 */
export async function* pushImage(
  parts: ImageParts,
  reference: Reference,
  options: PushOptions,
  signal: AbortSignal,
): AsyncGenerator<PullProgress> {
  yield* followTransfer(parts, { reference, doing: 'Pushing to', isOutward: true, signal }, (context) =>
    new Push(parts, reference, options, context).run(),
  );
}

type Named = Pick<Descriptor, 'digest' | 'size'>;

class Push {
  readonly #parts: ImageParts;
  readonly #reference: Reference;
  readonly #options: PushOptions;
  readonly #context: TransferContext;
  readonly #repository: RemoteRepository;

  constructor(parts: ImageParts, reference: Reference, options: PushOptions, work: TransferContext) {
    this.#parts = parts;
    this.#reference = reference;
    this.#options = options;
    this.#context = work;
    const access = { ...defined({ credentials: options.credentials, insecure: options.insecure }) };
    this.#repository = parts.registry.repository(reference, { ...access, actions: 'pull,push' });
  }

  async run(): Promise<void> {
    const id = pushedImage(this.#parts, this.#reference, this.#options.image);
    const { board, lease, signal } = this.#context;
    await lease.hold(id);
    const there = await this.#repository.resolve(this.#reference.tag ?? 'latest', signal);
    if (this.#options.overwrite !== true) this.#refuseOverwriting(there);
    if (this.#options.allPlatforms === true) {
      const target = { repository: this.#repository, reference: this.#reference, board, lease, signal };
      this.#record(id, await pushIndex(this.#parts, target));
      return;
    }
    const present = await this.#asItIsThere(id, there);
    if (present !== undefined) {
      this.#record(id, present);
      return;
    }
    const { compression = 'gzip' } = this.#options;
    const sources = ownSources(this.#parts.database, this.#reference, id);
    const isThere = async (digest: Digest): Promise<boolean> =>
      (await this.#repository.has('blobs', digest, signal)) || this.#takeOver(digest, sources);
    const plan = await planPush(this.#parts, id, { compression, isThere });
    await lease.hold(plan.config.digest, ...plan.layers.flatMap(({ diffId, blob }) => [diffId, blob.digest]));
    const context = { repository: this.#repository, reference: this.#reference, board, signal };
    const known = this.#knownManifest(plan);
    if (known !== undefined && (await this.#isOnlyTagged(known, there))) {
      tellPresent(board, plan.layers);
      this.#record(id, known.descriptor);
      return;
    }
    const layers = await pushLayers(this.#parts, plan.layers, context);
    await this.#pushConfig(plan.config);
    const manifest = plan.manifest ?? makeManifest(OCI_MANIFEST, plan.config, layers);
    await this.#repository.putDocument(this.#reference.tag ?? manifest.descriptor.digest, manifest, signal);
    this.#record(id, manifest.descriptor);
  }

  /** The manifest that the image came with, where the tag leads to it already: registries take one only with all that it names. */
  async #asItIsThere(id: Digest, there: Digest | undefined): Promise<Named | undefined> {
    const { database, blobs } = this.#parts;
    if (there === undefined || findImage(database, id)?.manifestDigest !== there) return undefined;
    const manifest = await blobs.stat(there);
    if (manifest === undefined) return undefined;
    const rows = layersOf(database, id);
    const layers = rows.map(({ diffId, mediaType, blobDigest: digest, blobSize: size }) => {
      return { diffId, blob: { mediaType, digest, size } };
    });
    tellPresent(this.#context.board, layers);
    return manifest;
  }

  /** What the image will be called there, if that is known before its layers are compressed. */
  #knownManifest({ manifest, config, layers }: PushPlan): ManifestDocument | undefined {
    if (manifest !== undefined) return manifest;
    const sent = layers.map((layer) => knownAs(this.#parts, layer)).filter((layer) => layer !== undefined);
    return sent.length === layers.length ? makeManifest(OCI_MANIFEST, config, sent) : undefined;
  }

  /** Whether the tag leads to the manifest already, or the repository had it, and has given it the tag. */
  async #isOnlyTagged(manifest: ManifestDocument, there: Digest | undefined): Promise<boolean> {
    const { tag = 'latest' } = this.#reference;
    const isThere = manifest.descriptor.digest === there;
    return isThere || this.#repository.tagDocument(tag, manifest, this.#context.signal);
  }

  async #takeOver(digest: Digest, sources: readonly string[]): Promise<boolean> {
    for (const from of sources) if (await this.#repository.mount(digest, from, this.#context.signal)) return true;
    return false;
  }

  async #pushConfig(config: Descriptor): Promise<void> {
    const { signal } = this.#context;
    if (await this.#repository.has('blobs', config.digest, signal)) return;
    const source = { descriptor: config, open: () => this.#parts.blobs.open(config.digest) };
    await this.#repository.upload(source, { signal });
  }

  #refuseOverwriting(there: Digest | undefined): void {
    if (there === undefined || isKnownHere(this.#parts, this.#reference, there)) return;
    throw new EngineError(
      'conflict',
      `${familiarName(this.#reference)} leads to ${there} at ${this.#reference.registry}, which was neither pulled nor pushed here: pushing would take the tag from somebody else's image. Pull it first to look at it, or push with --overwrite.`,
    );
  }

  #record(id: Digest, { digest, size }: Named): void {
    const { database } = this.#parts;
    const { registry, repository } = this.#reference;
    const origin = findImage(database, id)?.origin;
    // Removed meanwhile: what it is called there no longer matters here.
    if (origin !== undefined) {
      const named = this.#options.image === undefined ? [] : [this.#reference];
      const references = [...named, { registry, repository, digest }];
      transaction(database, () => nameImage(database, id, { origin, references, cause: 'tag' }));
    }
    const name = familiarName(this.#reference);
    this.#context.board.say({ status: `Pushed ${name}`, manifestDigest: digest, manifestSize: size, imageId: id });
    publishImageEvent(this.#parts, 'push', id, { id: name, name: familiarRepository(this.#reference) });
  }
}

/** Whether what a registry calls by a digest was ever pulled or pushed here. */
export function isKnownHere({ database }: ImageParts, reference: Reference, digest: Digest): boolean {
  const seen = database.prepare('SELECT 1 FROM seen_manifests WHERE repository = ? AND digest = ?');
  return seen.get(canonicalRepository(reference), digest) !== undefined;
}
