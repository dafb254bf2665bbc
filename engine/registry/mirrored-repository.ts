import { EngineError } from '#engine/contract/errors.ts';
import type { Digest } from '#engine/contract/digest.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';

import type { NamesPage, NamesWish } from './names-page.ts';
import type { Document, RemoteRepository, UploadOptions, UploadSource } from './registry-client.ts';

/**
 * A repository that is read from copies of it: each mirror in its turn, and the repository itself in the end, whose failure is
 * what counts. What isn't read is the repository's own.
 *
 * A mirror is believed what a tag leads to, as everybody's is; a document that was asked for by its digest is verified before the
 * next is left out, and a blob by whoever takes it in.
 */
export class MirroredRepository implements RemoteRepository {
  readonly #mirrors: readonly RemoteRepository[];
  readonly #origin: RemoteRepository;

  constructor(mirrors: readonly RemoteRepository[], origin: RemoteRepository) {
    this.#mirrors = mirrors;
    this.#origin = origin;
  }

  async resolve(tag: string, signal?: AbortSignal): Promise<Digest | undefined> {
    const found = await this.#fromMirrors((mirror) => mirror.resolve(tag, signal), signal);
    return found ?? this.#origin.resolve(tag, signal);
  }

  async document(which: string, signal?: AbortSignal): Promise<Document> {
    const found = await this.#fromMirrors((mirror) => mirror.document(which, signal), signal);
    return found ?? this.#origin.document(which, signal);
  }

  /** Where one stops, the next goes on from there. */
  async *blob(descriptor: Descriptor, signal?: AbortSignal, offset = 0): AsyncGenerator<Uint8Array> {
    let at = offset;
    for (const mirror of this.#mirrors) {
      try {
        for await (const chunk of mirror.blob(descriptor, signal, at)) {
          at += chunk.byteLength;
          yield chunk;
        }
        return;
      } catch (error) {
        passOver(error, signal);
      }
    }
    yield* this.#origin.blob(descriptor, signal, at);
  }

  async #fromMirrors<T>(
    ask: (mirror: RemoteRepository) => Promise<T | undefined>,
    signal: AbortSignal | undefined,
  ): Promise<T | undefined> {
    for (const mirror of this.#mirrors) {
      try {
        const found = await ask(mirror);
        if (found !== undefined) return found;
      } catch (error) {
        passOver(error, signal);
      }
    }
    return undefined;
  }

  /** Mirrors seldom copy them. */
  referrers(digest: Digest, signal?: AbortSignal): Promise<readonly Descriptor[]> {
    return this.#origin.referrers(digest, signal);
  }

  has(kind: 'blobs' | 'manifests', digest: Digest, signal?: AbortSignal): Promise<boolean> {
    return this.#origin.has(kind, digest, signal);
  }

  mount(digest: Digest, from: string, signal?: AbortSignal): Promise<boolean> {
    return this.#origin.mount(digest, from, signal);
  }

  upload(source: UploadSource, options?: UploadOptions): Promise<Pick<Descriptor, 'digest' | 'size'>> {
    return this.#origin.upload(source, options);
  }

  putDocument(which: string, document: Document, signal?: AbortSignal): Promise<void> {
    return this.#origin.putDocument(which, document, signal);
  }

  tagDocument(tag: string, document: Document, signal?: AbortSignal): Promise<boolean> {
    return this.#origin.tagDocument(tag, document, signal);
  }

  tags(wish?: NamesWish): Promise<NamesPage> {
    return this.#origin.tags(wish);
  }

  deleteTag(tag: string, signal?: AbortSignal): Promise<boolean> {
    return this.#origin.deleteTag(tag, signal);
  }

  deleteDocument(digest: Digest, signal?: AbortSignal): Promise<void> {
    return this.#origin.deleteDocument(digest, signal);
  }
}

/** A mirror's failure is nobody's business while there is another place to ask. @throws what is none. */
function passOver(error: unknown, signal: AbortSignal | undefined): void {
  signal?.throwIfAborted();
  if (!(error instanceof EngineError)) throw error;
}
