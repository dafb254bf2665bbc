import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { EngineError } from '#engine/contract/errors.ts';
import { isInUserNamespace } from '#engine/snapshot/user-namespace.ts';
import type { RootMount } from '#engine/snapshot/snapshotter.ts';

import type { EstratoRuntime } from './estrato-runtime.ts';
import { OciRuntime } from './oci-runtime.ts';
import type {
  ExitStatus,
  LaunchRequest,
  LogChunk,
  LogOptions,
  OpenRoot,
  RootView,
  RunningContainer,
  Runtime,
} from './runtime.ts';

/** This engine's own. */
export const OWN_RUNTIME = 'estrato';

/** Runtimes that work in its place, wherever they are installed. */
const others = ['crun', 'runc'];

/** Administrators' programs aren't in everybody's path. */
const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Executables by their runtime's name; none for who isn't root, since theirs have no control groups to put limits in. */
export function findOtherRuntimes(): ReadonlyMap<string, string> {
  if (isInUserNamespace()) return new Map();
  const search = [...(process.env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/')), ...folders];
  const found = others.map((name) => [name, search.map((folder) => join(folder, name)).find(isExecutable)] as const);
  return new Map(found.flatMap(([name, path]) => (path === undefined ? [] : [[name, path] as const])));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface RuntimesOptions {
  readonly launcherPath: string;
  readonly own: EstratoRuntime;
  /** Executables by name. */
  readonly others: ReadonlyMap<string, string>;
  /** Of who asks for none; this engine's own unless told. */
  readonly usual?: string | undefined;
}

/** All the runtimes of a machine as one: a container asks for its own by name, and its bundle remembers which it was. */
export class Runtimes implements Runtime {
  #usual = OWN_RUNTIME;
  /** Executables by name, our own first. */
  readonly paths: ReadonlyMap<string, string>;
  readonly #launcherPath: string;
  readonly #own: EstratoRuntime;

  /** @throws EngineError `invalid-argument` for a default that isn't there. */
  constructor({ launcherPath, own, others: found, usual = OWN_RUNTIME }: RuntimesOptions) {
    this.#launcherPath = launcherPath;
    this.#own = own;
    this.paths = new Map([[OWN_RUNTIME, launcherPath], ...found]);
    this.use(usual);
  }

  /** What makes the containers that ask for none. */
  get usual(): string {
    return this.#usual;
  }

  /** From now on. @throws EngineError `invalid-argument` for one that isn't there. */
  use(name: string): void {
    this.#usual = this.choose(name);
  }

  /** @param name empty is the default. @throws EngineError `invalid-argument` in Docker's words. */
  choose(name = ''): string {
    const chosen = name === '' ? this.#usual : name;
    if (this.paths.has(chosen)) return chosen;
    const known = [...this.paths.keys()].join(', ');
    throw new EngineError('invalid-argument', `unknown or invalid runtime name: ${chosen} (there are ${known})`);
  }

  async start(request: LaunchRequest): Promise<RunningContainer> {
    const { runtime: name = OWN_RUNTIME, bundle } = request;
    this.choose(name);
    writeFileSync(join(bundle, 'runtime-name'), name);
    return this.#named(name).start(request);
  }

  async reconnect(id: string, bundle: string): Promise<RunningContainer | undefined> {
    return this.#of(bundle).reconnect(id, bundle);
  }

  async destroy(id: string, bundle: string): Promise<void> {
    await this.#of(bundle).destroy(id, bundle);
  }

  exitStatus(bundle: string): Promise<ExitStatus | undefined> {
    return this.#own.exitStatus(bundle);
  }

  readLog(bundle: string, options: LogOptions): AsyncIterable<LogChunk> {
    return this.#own.readLog(bundle, options);
  }

  openRoot(root: RootMount | RootView, bundle: string): Promise<OpenRoot> {
    return this.#own.openRoot(root, bundle);
  }

  #of(bundle: string): Runtime {
    return this.#named(recordedName(bundle));
  }

  /** One that has been uninstalled can't be asked any more; what it made is kept, and ended, by our shim all the same. */
  #named(name: string): Runtime {
    if (name === OWN_RUNTIME) return this.#own;
    return new OciRuntime({ path: this.paths.get(name) ?? name, launcherPath: this.#launcherPath, own: this.#own });
  }
}

/** A bundle from before there was a choice has none. */
function recordedName(bundle: string): string {
  try {
    return readFileSync(join(bundle, 'runtime-name'), 'utf8');
  } catch {
    return OWN_RUNTIME;
  }
}
