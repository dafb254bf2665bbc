import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { EngineError } from '#engine/contract/errors.ts';

import { ContainerState } from './container-state.ts';

/** The states of all containers: a directory for each, gone with the machine's runtime files. */
export class StateRoot {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** A new container's, with nothing in it. @throws EngineError `conflict` when the name is taken. */
  async add(id: string): Promise<ContainerState> {
    const path = this.#pathOf(id);
    await mkdir(this.#path, { recursive: true, mode: 0o700 });
    try {
      await mkdir(path, { mode: 0o700 });
    } catch (cause) {
      if (!hasCode(cause, 'EEXIST')) throw cause;
      throw new EngineError('conflict', `container with id exists: ${id}`, { cause });
    }
    return new ContainerState(id, path);
  }

  /** @throws EngineError `not-found`, in words that podman and containerd look for. */
  async find(id: string): Promise<ContainerState> {
    const path = this.#pathOf(id);
    const isThere = await stat(path).then(
      (about) => about.isDirectory(),
      () => false,
    );
    if (!isThere) throw new EngineError('not-found', `container "${id}" does not exist in ${this.#path}`);
    return new ContainerState(id, path);
  }

  /** In the order of their names. */
  async all(): Promise<readonly ContainerState[]> {
    const names = await readdir(this.#path).catch(() => []);
    return names
      .filter(isId)
      .sort()
      .map((id) => new ContainerState(id, join(this.#path, id)));
  }

  async remove(state: ContainerState): Promise<void> {
    await rm(state.path, { recursive: true, force: true });
  }

  #pathOf(id: string): string {
    if (isId(id)) return join(this.#path, id);
    throw new EngineError(
      'invalid-argument',
      `A container's id is at most 255 letters, digits and _ + - . and not ${JSON.stringify(id.slice(0, 100))}.`,
    );
  }
}

function isId(id: string): boolean {
  return /^[\w+\-.]{1,255}$/.test(id) && id !== '.' && id !== '..';
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
