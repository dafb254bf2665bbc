import { setTimeout as wait } from 'node:timers/promises';

import { EngineError } from '#engine/contract/errors.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';

import type { Endpoint } from './endpoint.ts';
import { isTransient, PassingFailure } from './failures.ts';
import { retrying } from './retry.ts';
import type { HttpResponse } from './transport.ts';

/** A connection that breaks this often brings nothing home, however little each time is lost. */
const MAX_INTERRUPTIONS = 100;

interface BlobRange {
  readonly signal: AbortSignal | undefined;
  /** Bytes that are here already. */
  readonly offset: number;
}

/** A blob's bytes from an offset to its last; where the connection breaks, the next one asks for the rest only. */
export async function* resumableBlob(
  endpoint: Endpoint,
  descriptor: Descriptor,
  range: BlobRange,
): AsyncGenerator<Uint8Array> {
  const download = new Download(endpoint, descriptor, range);
  do {
    for await (const chunk of download.connect()) yield chunk;
  } while (await download.isToGoOn());
}

class Download {
  readonly #endpoint: Endpoint;
  readonly #descriptor: Descriptor;
  readonly #signal: AbortSignal | undefined;
  #received: number;
  #receivedBefore: number;
  #connections = 0;
  /** How many of the last connections brought nothing. */
  #fruitless = 0;

  constructor(endpoint: Endpoint, descriptor: Descriptor, { signal, offset }: BlobRange) {
    this.#endpoint = endpoint;
    this.#descriptor = descriptor;
    this.#signal = signal;
    this.#received = offset;
    this.#receivedBefore = offset;
  }

  /** As much of what is missing as one connection brings: a connection that breaks ends it like one that is through. */
  async *connect(): AsyncGenerator<Uint8Array> {
    this.#connections += 1;
    this.#receivedBefore = this.#received;
    try {
      for await (const chunk of readFrom(this.#endpoint, this.#descriptor, this.#received, this.#signal)) {
        this.#received += chunk.length;
        this.#refuseMore();
        yield chunk;
      }
    } catch (error) {
      this.#signal?.throwIfAborted();
      // What a registry answers has been asked for often enough by now, and says more than that nothing came.
      const isBroken = isTransient(error) && !(error instanceof PassingFailure);
      if (!isBroken || this.#connections > MAX_INTERRUPTIONS) throw this.#endpoint.inWords(error);
    }
  }

  /** Pauses before the next connection when the last one brought nothing. @returns whether bytes are missing. */
  async isToGoOn(): Promise<boolean> {
    if (this.#received === this.#descriptor.size) return false;
    const { attempts, firstPauseMs } = this.#endpoint.retry;
    this.#fruitless = this.#received > this.#receivedBefore ? 0 : this.#fruitless + 1;
    if (this.#fruitless >= attempts || this.#connections > MAX_INTERRUPTIONS) {
      throw cutShort(this.#endpoint, this.#descriptor, this.#received);
    }
    await wait(this.#fruitless * firstPauseMs, undefined, this.#signal === undefined ? {} : { signal: this.#signal });
    return true;
  }

  #refuseMore(): void {
    if (this.#received > this.#descriptor.size) throw overlong(this.#endpoint, this.#descriptor);
  }
}

async function* readFrom(
  endpoint: Endpoint,
  descriptor: Descriptor,
  offset: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const headers = offset === 0 ? {} : { range: `bytes=${offset}-` };
  const response = await retrying(endpoint.retry, signal, () =>
    endpoint.askOnce(`blobs/${descriptor.digest}`, { method: 'GET', headers, signal }),
  );
  if (response === undefined) return;
  // Leaving early must close the connection, or the rest of a gigabyte goes on arriving.
  using _ = { [Symbol.dispose]: () => response.discard() };
  // A registry without ranges sends all of it again: what is known already is skipped.
  let skip = response.status === 206 ? checkedRange(response, offset, endpoint) : offset;
  for await (const chunk of response.body) {
    if (skip >= chunk.length) skip -= chunk.length;
    else {
      yield skip === 0 ? chunk : chunk.subarray(skip);
      skip = 0;
    }
  }
}

/** How many bytes to skip: a partial answer must begin where it was asked to, or before. */
function checkedRange(response: HttpResponse, offset: number, endpoint: Endpoint): number {
  const start = Number(/^bytes (\d+)-/.exec(response.header('content-range') ?? '')?.[1] ?? Number.NaN);
  if (start <= offset) return offset - start;
  throw new EngineError(
    'unavailable',
    `The registry ${endpoint.registry} sent another part of a layer than the one asked for; try again.`,
  );
}

function overlong(endpoint: Endpoint, { digest, size }: Descriptor): EngineError {
  return new EngineError(
    'corrupt',
    `${endpoint.registry} sends more than the ${size} bytes that ${endpoint.name} promises for ${digest}; nothing of it was kept.`,
  );
}

function cutShort(endpoint: Endpoint, { digest, size }: Descriptor, received: number): EngineError {
  return new EngineError(
    'unavailable',
    `${endpoint.registry} stopped sending ${digest} of ${endpoint.name} after ${received} of ${size} bytes, again and again; try again later.`,
  );
}
