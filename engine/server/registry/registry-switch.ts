import { Queue } from '#engine/async/queue.ts';
import { onAbort } from '#engine/async/on-abort.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { RegistryOptions, ServedRegistry } from '#engine/contract/registry.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import type { Log } from '#engine/server/log.ts';

import { startRegistry, type OpenRegistry } from './start-registry.ts';

interface On {
  readonly open: OpenRegistry;
  readonly served: ServedRegistry;
}

/** The registry that a window switches on: it goes on without the window, until it is switched off or the engine ends. */
export class RegistrySwitch implements AsyncDisposable {
  readonly #images: ImageParts;
  readonly #log: Log;
  readonly #watchers = new Set<Queue<ServedRegistry>>();
  #on: On | undefined;
  /** One turn of the switch after the other. */
  #turning: Promise<unknown> = Promise.resolve();

  constructor(images: ImageParts, log: Log) {
    this.#images = images;
    this.#log = log;
  }

  /** @throws EngineError `conflict` when it is on, and whatever keeps a registry from listening. */
  turnOn(options: RegistryOptions): Promise<ServedRegistry> {
    return this.#turn(async () => {
      if (this.#on !== undefined) {
        throw new EngineError(
          'conflict',
          `The images are served on ${this.#on.open.address} already; switch that off first.`,
        );
      }
      const open = await startRegistry(this.#images, this.#log, options);
      const { address } = open;
      this.#on = { open, served: { address, push: options.push, needsLogin: options.login !== undefined } };
      this.#tell();
      return this.#on.served;
    });
  }

  /** Nothing happens when it is off. */
  turnOff(): Promise<void> {
    return this.#turn(async () => {
      const on = this.#on;
      this.#on = undefined;
      await on?.open[Symbol.asyncDispose]();
      if (on !== undefined) this.#tell();
    });
  }

  /** How it stands, and again whenever that changes. */
  async *watch(signal: AbortSignal): AsyncGenerator<ServedRegistry> {
    const changes = new Queue<ServedRegistry>();
    using _ = { [Symbol.dispose]: onAbort(signal, () => changes.end()) };
    this.#watchers.add(changes);
    try {
      yield this.#on?.served ?? {};
      yield* changes;
    } finally {
      this.#watchers.delete(changes);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.turnOff();
    for (const changes of this.#watchers) changes.end();
  }

  #tell(): void {
    for (const changes of this.#watchers) changes.push(this.#on?.served ?? {});
  }

  async #turn<T>(work: () => Promise<T>): Promise<T> {
    const turned = this.#turning.then(work);
    this.#turning = turned.catch(() => undefined);
    return turned;
  }
}
