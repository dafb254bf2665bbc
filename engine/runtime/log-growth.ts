import { watch } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';

/** What happens in the directory of a container that runs. */
export class LogGrowth implements AsyncDisposable {
  readonly #bundle: string;
  readonly #watcher: ReturnType<typeof watch>;
  readonly #signal: AbortSignal | undefined;
  #isNew = true;
  #isLast = false;
  #wake: () => void = () => undefined;

  constructor(bundle: string, signal: AbortSignal | undefined) {
    this.#bundle = bundle;
    this.#signal = signal;
    this.#watcher = watch(bundle, () => this.#tell());
    this.#watcher.on('error', () => this.#tell());
    signal?.addEventListener('abort', this.#tell, { once: true });
  }

  /** Resolves when something has been written. @returns false when nothing more will be. */
  async next(): Promise<boolean> {
    if (this.#signal?.aborted === true || this.#isLast) return false;
    if (!this.#isNew) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    this.#isNew = false;
    // A shim that was killed has written no end; what it has written is still to be read.
    this.#isLast = await isMissing(join(this.#bundle, 'shim.sock'));
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#tell);
    this.#watcher.close();
    await Promise.resolve();
  }

  readonly #tell = (): void => {
    this.#isNew = true;
    this.#wake();
  };
}

async function isMissing(path: string): Promise<boolean> {
  return access(path).then(
    () => false,
    () => true,
  );
}
