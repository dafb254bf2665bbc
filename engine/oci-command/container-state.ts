import { constants, closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { replaceFile } from '#engine/async/replace-file.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import { layOutCgroups, type CgroupLayout } from '#engine/runtime/cgroups.ts';
import { isFrozen } from '#engine/runtime/freezer.ts';

import { isAlive, type ProcessIdentity } from './process-identity.ts';

/** What is known of a container beside its configuration. */
export interface ContainerRecord {
  /** Absolute. */
  readonly bundle: string;
  /** Absolute. */
  readonly rootfs: string;
  /** RFC 3339. */
  readonly created: string;
  /** A user's name, or id. */
  readonly owner: string;
  /** Who makes it: a container without a first process whose maker has gone will never have one. */
  readonly creator: ProcessIdentity;
}

export type ContainerStatus = 'creating' | 'created' | 'running' | 'paused' | 'stopped';

/**
 * One container's state directory. `config.json` is its configuration as it was created with; `state.json` its record;
 * `init` what the launcher writes of its first process; `gate` and `answer` are launcher/gate.h's.
 *
 * The status is nowhere written down, and so can't be wrong: it is read off the process, its gate and its freezer.
 */
export class ContainerState {
  readonly id: string;
  readonly path: string;

  constructor(id: string, path: string) {
    this.id = id;
    this.path = path;
  }

  get gatePath(): string {
    return join(this.path, 'gate');
  }

  get answerPath(): string {
    return join(this.path, 'answer');
  }

  async write(record: ContainerRecord, spec: RuntimeSpec): Promise<void> {
    await this.#writeWhole('config.json', spec);
    await this.#writeWhole('state.json', record);
  }

  /** @throws EngineError `not-found` for a container whose making was cut short before it had one. */
  record(): Promise<ContainerRecord> {
    return this.#read<ContainerRecord>('state.json');
  }

  /** @throws EngineError as `record` does. */
  config(): Promise<RuntimeSpec> {
    return this.#read<RuntimeSpec>('config.json');
  }

  /** The first process, alive or not. */
  async init(): Promise<ProcessIdentity | undefined> {
    const text = await readFile(join(this.path, 'init'), 'utf8').catch(() => undefined);
    const [pid, startedAt] = text?.trim().split(' ') ?? [];
    return pid === undefined || startedAt === undefined ? undefined : { pid: Number(pid), startedAt };
  }

  async cgroups(): Promise<CgroupLayout> {
    return layOutCgroups(cgroupsPathOf(await this.config(), this.id));
  }

  async status(): Promise<ContainerStatus> {
    const init = await this.init();
    if (init === undefined) {
      const { creator } = await this.record();
      return isAlive(creator) ? 'creating' : 'stopped';
    }
    if (!isAlive(init)) return 'stopped';
    if (await isFrozen(await this.cgroups())) return 'paused';
    return this.#isAtGate() ? 'created' : 'running';
  }

  /** Whether somebody stands at the gate: only then can it be opened without waiting (fifo(7)). */
  #isAtGate(): boolean {
    try {
      closeSync(openSync(this.gatePath, constants.O_WRONLY | constants.O_NONBLOCK));
      return true;
    } catch {
      return false;
    }
  }

  async #writeWhole(name: string, document: unknown): Promise<void> {
    await replaceFile(join(this.path, name), JSON.stringify(document), { mode: 0o600 });
  }

  async #read<Document>(name: string): Promise<Document> {
    const text = await readFile(join(this.path, name), 'utf8').catch((cause: unknown) => {
      const words = `container "${this.id}" does not exist: its creation was cut short; delete --force removes what is left`;
      throw new EngineError('not-found', words, { cause });
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by `write` into a directory of nobody else's
    return JSON.parse(text) as Document;
  }
}

/** Below each hierarchy's root; one that is relative or leads upwards is taken from there. */
export function cgroupsPathOf({ linux }: RuntimeSpec, id: string): string {
  return join('/', linux.cgroupsPath ?? `estrato/${id}`);
}
