import { createHash } from 'node:crypto';

import { isDigest, parseDigest, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { familiarName, type Reference } from '#engine/contract/reference.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { documentType } from '#engine/oci/manifest.ts';
import { manifestTypes } from '#engine/oci/media-types.ts';

import type { Endpoint, Question } from './endpoint.ts';
import { readNames, type NamesPage, type NamesWish } from './names-page.ts';
import { readReferrers } from './read-referrers.ts';
import { readLimited } from './read-limited.ts';
import type { Document, RemoteRepository, UploadOptions, UploadSource } from './registry-client.ts';
import { resumableBlob } from './resumable-blob.ts';
import { bodyOf, type HttpResponse } from './transport.ts';
import { uploadBlob } from './upload-blob.ts';

/** Containerd and Docker stop at the same size. */
const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

/** One repository of a registry that answers over HTTP. */
export class HttpRepository implements RemoteRepository {
  readonly #endpoint: Endpoint;
  readonly #reference: Reference;

  constructor(endpoint: Endpoint, reference: Reference) {
    this.#endpoint = endpoint;
    this.#reference = reference;
  }

  async resolve(tag: string, signal?: AbortSignal): Promise<Digest | undefined> {
    const headers = { accept: manifestTypes.join(', ') };
    const response = await this.#endpoint.ask(`manifests/${tag}`, { method: 'HEAD', headers, signal, optional: true });
    response?.discard();
    const digest = response?.header('docker-content-digest');
    return digest !== undefined && isDigest(digest) ? digest : undefined;
  }

  async document(which: string, signal?: AbortSignal): Promise<Document> {
    const headers = { accept: manifestTypes.join(', ') };
    const response = await this.#endpoint.ask(`manifests/${which}`, { method: 'GET', headers, signal });
    const what = `The manifest of ${familiarName(this.#reference)} at ${this.#reference.registry}`;
    const bytes = await this.#endpoint.reading(() => readLimited(response.body, MAX_DOCUMENT_BYTES));
    if (bytes === undefined) {
      throw new EngineError('too-large', `${what} is larger than 4 MiB, which no image needs; nothing was pulled.`);
    }
    const digest = parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
    for (const expected of [isDigest(which) ? which : undefined, response.header('docker-content-digest')]) {
      if (expected !== undefined && isDigest(expected) && expected !== digest) {
        throw new EngineError(
          'corrupt',
          `${what} arrived as ${digest} where ${expected} was promised; nothing was pulled. Try again; if it repeats, the registry or a proxy on the way is broken.`,
        );
      }
    }
    const mediaType = documentType(bytes, response.header('content-type'), what);
    return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
  }

  referrers(digest: Digest, signal?: AbortSignal): Promise<readonly Descriptor[]> {
    const what = `The list of what is about ${familiarName(this.#reference)} at ${this.#reference.registry}`;
    return readReferrers(this.#endpoint, digest, { what, signal });
  }

  blob(descriptor: Descriptor, signal?: AbortSignal, offset = 0): AsyncIterable<Uint8Array> {
    return resumableBlob(this.#endpoint, descriptor, { signal, offset });
  }

  async has(kind: 'blobs' | 'manifests', digest: Digest, signal?: AbortSignal): Promise<boolean> {
    const headers = kind === 'manifests' ? { accept: manifestTypes.join(', ') } : {};
    const question = { method: 'HEAD', headers, signal, optional: true } as const;
    const response = await this.#endpoint.ask(`${kind}/${digest}`, question);
    response?.discard();
    return response !== undefined;
  }

  async mount(digest: Digest, from: string, signal?: AbortSignal): Promise<boolean> {
    const query = new URLSearchParams({ mount: digest, from });
    const question = { method: 'POST', scope: `repository:${from}:pull`, signal, optional: true } as const;
    try {
      const response = await this.#endpoint.ask(`blobs/uploads/?${query.toString()}`, question);
      response?.discard();
      // 202 begins an upload that nobody wants: the registry forgets it.
      return response?.status === 201;
    } catch (error) {
      // Another's repository may well be closed to us, and the bytes are at hand.
      const isRefusal =
        error instanceof EngineError && ['unauthenticated', 'forbidden', 'not-found'].includes(error.code);
      if (isRefusal) return false;
      throw error;
    }
  }

  upload(source: UploadSource, options: UploadOptions = {}): Promise<Pick<Descriptor, 'digest' | 'size'>> {
    return uploadBlob(this.#endpoint, source, options);
  }

  async putDocument(which: string, document: Document, signal?: AbortSignal): Promise<void> {
    const response = await this.#endpoint.ask(`manifests/${which}`, { ...putting(document), signal });
    this.#checkStored(response, document);
  }

  async tagDocument(tag: string, document: Document, signal?: AbortSignal): Promise<boolean> {
    if (!(await this.has('manifests', document.descriptor.digest, signal))) return false;
    // Of what is named and has gone meanwhile, registries say 404, or 400 and which.
    const question = { ...putting(document), signal, optional: [400, 404] } as const;
    const response = await this.#endpoint.ask(`manifests/${tag}`, question);
    if (response !== undefined) this.#checkStored(response, document);
    return response !== undefined;
  }

  #checkStored(response: HttpResponse, { descriptor }: Document): void {
    response.discard();
    const stored = response.header('docker-content-digest') ?? descriptor.digest;
    if (stored === descriptor.digest) return;
    throw new EngineError(
      'corrupt',
      `The registry ${this.#reference.registry} stored the manifest of ${familiarName(this.#reference)} as ${stored.slice(0, 100)} where ${descriptor.digest} was sent; it, or a proxy on the way, is broken.`,
    );
  }

  async tags(wish: NamesWish = {}): Promise<NamesPage> {
    const page = await readNames(this.#endpoint, { path: 'tags/list', field: 'tags' }, wish);
    if (page !== undefined) return page;
    const { registry, repository } = this.#reference;
    throw new EngineError(
      'not-found',
      `${registry} has no repository ${repository}; check the name, or push it first.`,
    );
  }

  async deleteTag(tag: string, signal?: AbortSignal): Promise<boolean> {
    // A registry that knows digests only takes the tag for a bad one.
    const question = { method: 'DELETE', signal, optional: [400, 404, 405] } as const;
    const response = await this.#endpoint.ask(`manifests/${tag}`, question);
    response?.discard();
    return response !== undefined;
  }

  async deleteDocument(digest: Digest, signal?: AbortSignal): Promise<void> {
    const response = await this.#endpoint.ask(`manifests/${digest}`, { method: 'DELETE', signal, optional: true });
    response?.discard();
    if (response !== undefined) return;
    throw new EngineError(
      'unsupported',
      `${this.#reference.registry} removed nothing: it doesn't have ${digest} in ${this.#reference.repository}, or lets nobody remove images.`,
    );
  }
}

function putting({ descriptor, bytes }: Document): Question {
  return { method: 'PUT', headers: { 'content-type': descriptor.mediaType }, body: bodyOf(bytes) };
}
