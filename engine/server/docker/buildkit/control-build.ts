import { setTimeout as pause } from 'node:timers/promises';

import { Queue } from '#engine/async/queue.ts';
import { unlessAborted } from '#engine/async/unless-aborted.ts';
import { EngineError } from '#engine/contract/errors.ts';

import type { ControlSolve } from './control-messages.ts';
import type { BuildStatus } from './messages.ts';

/** How long a client has between two calls that belong to one build. */
const PATIENCE_MS = 5000;

/**
 * One build of a client's, which is several calls side by side: what is wanted (Solve), what becomes of it (Status), and, of a client that
 * is the frontend itself, the frontend's own calls until it returns. Any of them may come first.
 */
export class ControlBuild {
  /** What becomes of the steps; read once. */
  readonly status: Queue<BuildStatus> = new Queue();
  readonly #asked = Promise.withResolvers<ControlSolve>();
  readonly #returned = Promise.withResolvers<void>();
  /** Of the image, once there is one. */
  image: string | undefined;
  /** What it is called, with commas between. */
  names = '';

  constructor() {
    // Whether anybody waits for it is the client's affair.
    this.#returned.promise.catch(() => undefined);
  }

  ask(wanted: ControlSolve): void {
    this.#asked.resolve(wanted);
  }

  /** @throws EngineError `not-found` when nobody says what is wanted. */
  async asked(signal: AbortSignal): Promise<ControlSolve> {
    const left = new AbortController();
    const late = pause(PATIENCE_MS, undefined, { signal: left.signal }).then(() => {
      throw new EngineError('not-found', 'There is no such build: the client has not asked for one by that id.');
    });
    late.catch(() => undefined);
    try {
      return await unlessAborted(Promise.race([this.#asked.promise, late]), signal);
    } finally {
      left.abort();
    }
  }

  /** The client, as the frontend, is done. */
  return(failure?: EngineError): void {
    if (failure === undefined) this.#returned.resolve();
    else this.#returned.reject(failure);
  }

  returned(signal: AbortSignal): Promise<void> {
    return unlessAborted(this.#returned.promise, signal);
  }
}

/** More builds over one connection are no work but an attack on memory. */
const MOST_BUILDS = 1000;

/** The builds of one connection, by the ids that its client gave them. */
export class ControlBuilds {
  readonly #builds = new Map<string, ControlBuild>();

  /** @throws EngineError `too-large` */
  at(ref: string): ControlBuild {
    const known = this.#builds.get(ref);
    if (known !== undefined) return known;
    if (this.#builds.size >= MOST_BUILDS)
      throw new EngineError('too-large', `More than ${MOST_BUILDS} builds were asked for over one connection.`);
    const made = new ControlBuild();
    this.#builds.set(ref, made);
    return made;
  }
}
