import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';

import type { MainPort } from './engine-bridge.ts';
import { isSaveEnd, type SaveNews } from './save-channel.ts';

const MOST_LETTERS = 200;

/** What the dialog offers: a name and never a path, whatever the page says. */
export function offeredName(wish: unknown): string {
  const text = typeof wish === 'string' ? basename(wish.replaceAll('\\', '/')) : '';
  // oxlint-disable-next-line no-control-regex -- a name that is shown in a dialog has no such thing
  const name = text.replaceAll(/[\u0000-\u001f\u007f]/g, '').slice(0, MOST_LETTERS);
  return name === '' || name === '.' || name === '..' ? 'estrato.tar' : name;
}

/**
 * Writes what comes on a port to a file that the person chooses. It appears whole, when the page says that it has sent all;
 * where the port closes before, what was there stays as it was.
 *
 * @param choose asks the person; undefined when they would rather not.
 */
export async function saveFromPort(port: MainPort, choose: () => Promise<string | undefined>): Promise<void> {
  const tell = (news: SaveNews): void => port.postMessage(news);
  let hasLeft = false;
  port.on('close', () => {
    hasLeft = true;
  });
  try {
    const path = await choose();
    if (path === undefined || hasLeft) {
      tell({ state: 'refused' });
      port.close();
      return;
    }
    await using file = await PartialFile.begin(path);
    const done = written(port, file, tell);
    tell({ state: 'open' });
    port.start();
    await done;
  } catch (error) {
    tell({ state: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
  port.close();
}

/** Resolves when all of it is in its place, or the page has left. */
function written(port: MainPort, file: PartialFile, tell: (news: SaveNews) => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let work = Promise.resolve();
  const next = (step: () => Promise<void>): void => {
    work = work.then(step);
    work.catch(reject);
  };
  port.on('message', ({ data }) => {
    next(async () => {
      if (data instanceof Uint8Array) {
        await file.write(data);
        tell({ state: 'written' });
      } else if (isSaveEnd(data)) {
        await file.keep();
        tell({ state: 'saved' });
        resolve();
      }
    });
  });
  port.on('close', () => next(async () => resolve()));
  return promise;
}

/** Beside its place until it is whole. */
class PartialFile implements AsyncDisposable {
  readonly #path: string;
  readonly #partial: string;
  readonly #handle: FileHandle;

  private constructor(path: string, partial: string, handle: FileHandle) {
    this.#path = path;
    this.#partial = partial;
    this.#handle = handle;
  }

  static async begin(path: string): Promise<PartialFile> {
    const partial = `${path}.${randomUUID()}.partial`;
    return new PartialFile(path, partial, await open(partial, 'wx', 0o666));
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#handle.writeFile(bytes);
  }

  async keep(): Promise<void> {
    await this.#handle.sync();
    await rename(this.#partial, this.#path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
    await rm(this.#partial, { force: true });
  }
}
