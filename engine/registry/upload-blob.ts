import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

import { parseDigest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';

import type { Endpoint } from './endpoint.ts';
import { isTransient } from './failures.ts';
import type { UploadOptions, UploadSource } from './registry-client.ts';
import { retrying } from './retry.ts';
import { bodyOf, type HttpResponse, type RequestBody } from './transport.ts';
import { piecesOf, type Piece } from './upload-pieces.ts';

type Sent = Pick<Descriptor, 'digest' | 'size'>;

/** Up to here the registry is asked twice rather than three times, and a cut costs little. */
const SINGLE_REQUEST_BYTES = 4 * 1024 * 1024;
/** A registry that forgets a begun upload this often will do so again. */
const MAX_BEGINNINGS = 3;

/**
 * Sends a blob (OCI distribution specification, "Pushing blobs"): a small one in one request, others in pieces, of which a
 * broken connection costs what the registry had not yet.
 */
export async function uploadBlob(endpoint: Endpoint, source: UploadSource, options: UploadOptions): Promise<Sent> {
  const { descriptor } = source;
  if (descriptor !== undefined && descriptor.size <= SINGLE_REQUEST_BYTES) {
    return sendWhole(endpoint, { ...source, descriptor }, options);
  }
  for (let beginning = 1; ; beginning += 1) {
    const sent = await new Upload(endpoint, source, options).run();
    if (sent !== 'forgotten') return sent;
    if (beginning === MAX_BEGINNINGS) throw forgotten(endpoint);
  }
}

async function sendWhole(
  endpoint: Endpoint,
  source: UploadSource & { readonly descriptor: Sent },
  { signal, onProgress }: UploadOptions,
): Promise<Sent> {
  const { digest, size } = source.descriptor;
  const body = { size, open: () => source.open() };
  await endpoint.reading(() =>
    retrying(endpoint.retry, signal, async () => {
      const location = withDigest(await begin(endpoint, signal), digest);
      const headers = { 'content-type': 'application/octet-stream' };
      (await required(endpoint, location, { method: 'PUT', headers, body, signal })).discard();
    }),
  );
  onProgress?.(size);
  return { digest, size };
}

class Upload {
  readonly #endpoint: Endpoint;
  readonly #source: UploadSource;
  readonly #options: UploadOptions;
  #location: URL | undefined;

  constructor(endpoint: Endpoint, source: UploadSource, options: UploadOptions) {
    this.#endpoint = endpoint;
    this.#source = source;
    this.#options = options;
  }

  async run(): Promise<Sent | 'forgotten'> {
    const { signal, onProgress } = this.#options;
    this.#location = await this.#endpoint.reading(() =>
      retrying(this.#endpoint.retry, signal, () => begin(this.#endpoint, signal)),
    );
    const hash = createHash('sha256');
    let size = 0;
    for await (const piece of piecesOf(this.#source, hash)) {
      if (!(await this.#send(piece))) return 'forgotten';
      size = piece.end;
      onProgress?.(size);
    }
    const digest = this.#source.descriptor?.digest ?? parseDigest(`sha256:${hash.digest('hex')}`);
    const isStored = await this.#endpoint.reading(() => this.#finish(digest));
    return isStored ? { digest, size } : 'forgotten';
  }

  /** @returns whether the registry still knew the upload. @throws EngineError when it can't be reached for too long. */
  async #send(piece: Piece): Promise<boolean> {
    const { attempts, firstPauseMs } = this.#endpoint.retry;
    const { signal } = this.#options;
    let offset: number | undefined = piece.start;
    for (let fruitless = 0; offset < piece.end;) {
      try {
        return await this.#patch(piece, offset);
      } catch (error) {
        signal?.throwIfAborted();
        fruitless += 1;
        if (!isTransient(error) || fruitless > attempts) throw this.#endpoint.inWords(error);
        await wait(fruitless * firstPauseMs, undefined, signal === undefined ? {} : { signal });
        const before: number = offset;
        offset = await this.#endpoint.reading(() => retrying(this.#endpoint.retry, signal, () => this.#received()));
        // Less than a piece before this one ended with: what is missing has been let go.
        if (offset === undefined || offset < piece.start) return false;
        if (offset > before) fruitless = 0;
      }
    }
    return true;
  }

  async #patch(piece: Piece, offset: number): Promise<boolean> {
    const { signal, onProgress } = this.#options;
    const headers = {
      'content-type': 'application/octet-stream',
      'content-range': `${offset}-${piece.end - 1}`,
    };
    const body: RequestBody = {
      size: piece.end - offset,
      open: () => told(piece.open(offset), offset, onProgress),
    };
    const question = { method: 'PATCH', headers, body, signal, optional: true } as const;
    const response = await this.#endpoint.askOnce(this.#here(), question);
    response?.discard();
    if (response !== undefined) this.#location = this.#endpoint.locationIn(response);
    return response !== undefined;
  }

  /** How many bytes the registry has; undefined when it has forgotten the upload. */
  async #received(): Promise<number | undefined> {
    const { signal } = this.#options;
    const response = await this.#endpoint.askOnce(this.#here(), { method: 'GET', signal, optional: true });
    if (response === undefined) return undefined;
    response.discard();
    if (response.header('location') !== undefined) this.#location = this.#endpoint.locationIn(response);
    const last = Number(/^(?:bytes=)?0-(\d+)$/.exec(response.header('range') ?? '')?.[1] ?? 0);
    // Of an empty upload, registries say the same as of one with a single byte.
    return last === 0 ? 0 : last + 1;
  }

  async #finish(digest: Sent['digest']): Promise<boolean> {
    const { signal } = this.#options;
    return retrying(this.#endpoint.retry, signal, async () => {
      const question = { method: 'PUT', body: bodyOf(''), signal, optional: true } as const;
      const response = await this.#endpoint.askOnce(withDigest(this.#here(), digest), question);
      response?.discard();
      return response !== undefined;
    });
  }

  #here(): URL {
    if (this.#location === undefined) throw forgotten(this.#endpoint);
    return this.#location;
  }
}

async function begin(endpoint: Endpoint, signal: AbortSignal | undefined): Promise<URL> {
  const response = await required(endpoint, 'blobs/uploads/', { method: 'POST', body: bodyOf(''), signal });
  response.discard();
  return endpoint.locationIn(response);
}

async function required(
  endpoint: Endpoint,
  path: string | URL,
  question: Parameters<Endpoint['askOnce']>[1],
): Promise<HttpResponse> {
  const response = await endpoint.askOnce(path, question);
  if (response === undefined) throw forgotten(endpoint);
  return response;
}

function withDigest(location: URL, digest: string): URL {
  const url = new URL(location);
  url.searchParams.set('digest', digest);
  return url;
}

async function* told(
  source: AsyncIterable<Uint8Array>,
  offset: number,
  onProgress: ((current: number) => void) | undefined,
): AsyncGenerator<Uint8Array> {
  let current = offset;
  for await (const chunk of source) {
    yield chunk;
    current += chunk.byteLength;
    onProgress?.(current);
  }
}

function forgotten(endpoint: Endpoint): EngineError {
  return new EngineError(
    'unavailable',
    `The registry ${endpoint.registry} forgot the upload of a layer of ${endpoint.name} again and again; try again later.`,
  );
}
