import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { replaceFile } from '#engine/async/replace-file.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import type { RootMount } from '#engine/snapshot/snapshotter.ts';

import { cgroupsPathOf, layOutCgroups } from './cgroups.ts';
import { encodePlan, step, type Step } from './encode-plan.ts';
import type { EstratoRuntime } from './estrato-runtime.ts';
import { launchFailure } from './launch-failure.ts';
import { logArguments } from './launch-plan.ts';
import { publishStep } from './network-link.ts';
import {
  commandSteps,
  configFor,
  consoleFlags,
  logOf,
  madeStep,
  runCommand,
  stateRootOf,
  surroundings,
  type OtherRuntime,
} from './other-runtime.ts';
import type {
  ExecRequest,
  ExitStatus,
  LaunchRequest,
  LogChunk,
  LogOptions,
  OpenRoot,
  RootView,
  RunningContainer,
  Runtime,
} from './runtime.ts';
import { ShimClient } from './shim-client.ts';
import { ShimContainer, type ShimContainerParts } from './shim-container.ts';

export interface OciRuntimeOptions {
  /** Absolute path of the executable: crun, runc, or another with their command line. */
  readonly path: string;
  readonly launcherPath: string;
  /** Whose shims keep the containers. */
  readonly own: EstratoRuntime;
}

/**
 * Containers made by another OCI runtime and kept by our shim: the terminal, the log, the exit status and the sessions
 * are the shim's, namespaces, mounts and limits the other's.
 */
export class OciRuntime implements Runtime {
  readonly #path: string;
  readonly #launcherPath: string;
  readonly #own: EstratoRuntime;

  constructor({ path, launcherPath, own }: OciRuntimeOptions) {
    this.#path = path;
    this.#launcherPath = launcherPath;
    this.#own = own;
  }

  async start(request: LaunchRequest): Promise<RunningContainer> {
    const { id, bundle } = request;
    const other = this.#in(bundle, id);
    const spec = configFor(withoutOwn(request.spec), bundle);
    await this.#prepare(other, spec);
    await using undo = new AsyncDisposableStack();
    undo.defer(() => this.destroy(id, bundle));
    const plan = encodePlan(createPlan(other, spec, request));
    const kept = await explained(other, () => this.#own.startShim(bundle, plan));
    undo.move();
    return this.#container(other, { ...kept, cgroups: await layOutCgroups(cgroupsPathOf(spec, id)) });
  }

  async reconnect(id: string, bundle: string): Promise<RunningContainer | undefined> {
    const found = await this.#own.find(id, bundle);
    return found === undefined ? undefined : this.#container(this.#in(bundle, id), found);
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

  async destroy(id: string, bundle: string): Promise<void> {
    const other = this.#in(bundle, id);
    await this.#own.destroy(id, bundle);
    await this.#forget(other);
    await rm(stateRootOf(other), { recursive: true, force: true });
  }

  #in(bundle: string, id: string): OtherRuntime {
    return { path: this.#path, bundle, id };
  }

  async #prepare(other: OtherRuntime, spec: RuntimeSpec): Promise<void> {
    const { bundle } = other;
    // A container that has ended is there for its runtime still.
    await this.#forget(other);
    await mkdir(join(bundle, 'rootfs'), { recursive: true });
    await mkdir(stateRootOf(other), { recursive: true });
    await replaceFile(join(bundle, 'config.json'), JSON.stringify(spec, undefined, 2));
    await Promise.all([rm(join(bundle, 'exit'), { force: true }), rm(logOf(other), { force: true })]);
  }

  async #forget(other: OtherRuntime): Promise<void> {
    const isKnown = await access(join(stateRootOf(other), other.id)).then(
      () => true,
      () => false,
    );
    if (isKnown) await runCommand(this.#launcherPath, other, ['delete', '--force', other.id]);
  }

  #container(other: OtherRuntime, known: Pick<ShimContainerParts, 'pid' | 'cgroups' | 'ending'>): RunningContainer {
    const { bundle } = other;
    return new ShimContainer({
      ...known,
      shim: new ShimClient(bundle),
      recorded: () => this.exitStatus(bundle),
      startSession: (request) => startSession(other, request),
    });
  }
}

function createPlan(other: OtherRuntime, spec: RuntimeSpec, request: LaunchRequest): readonly Step[] {
  const { bundle, id } = other;
  const { openStdin, stdinOnce, holdOutput = false, root, links = [], ports = [] } = request;
  const pidFile = join(bundle, 'init.pid');
  const made = { pidFile, terminal: spec.process.terminal };
  const around = surroundings(request.spec, bundle, { root, links });
  const create = ['create', '--bundle', bundle, '--pid-file', pidFile, ...consoleFlags(made), id];
  return [
    step('shim', made.terminal, openStdin, stdinOnce, 0, holdOutput, ...logArguments(request.log)),
    madeStep(made),
    ...ports.map(publishStep),
    ...commandSteps(other, create, around),
    ...commandSteps(other, ['start', id]),
  ];
}

async function startSession(
  other: OtherRuntime,
  { execId, process, openStdin }: ExecRequest,
): ReturnType<ShimClient['exec']> {
  const { bundle, id } = other;
  const file = join(bundle, `exec-${execId}.json`);
  const pidFile = join(bundle, `exec-${execId}.pid`);
  const made = { pidFile, terminal: process.terminal };
  const exec = ['exec', '--detach', '--process', file, '--pid-file', pidFile, ...consoleFlags(made), id];
  await using undo = new AsyncDisposableStack();
  undo.defer(() => Promise.all([file, pidFile].map((path) => rm(path, { force: true }))).then(() => undefined));
  await writeFile(file, JSON.stringify(process));
  const plan = [step('session', execId, process.terminal, openStdin), madeStep(made), ...commandSteps(other, exec)];
  return await explained(other, () => new ShimClient(bundle).exec(encodePlan(plan)));
}

/** A failure in the runtime's own words, which it has logged, instead of the shim's, who saw only the exit code. */
async function explained<Answer>(other: OtherRuntime, attempt: () => Promise<Answer>): Promise<Answer> {
  try {
    return await attempt();
  } catch (error) {
    const words = lastWords(await readFile(logOf(other), 'utf8').catch(() => ''));
    if (words === undefined) throw toEngineError(error);
    throw launchFailure(exitCodeOf(words), words);
  }
}

function lastWords(log: string): string | undefined {
  const line = log.trimEnd().split('\n').at(-1) ?? '';
  return /"msg":\s*"((?:[^"\\]|\\.)*)"/.exec(line)?.[1]?.replaceAll(/\\(["\\])/g, '$1');
}

/** Docker's codes, by the words that Docker looks for. */
function exitCodeOf(words: string): number {
  if (/executable file .*not found|no such file or directory/i.test(words)) return 127;
  return /permission denied|is a directory|exec format error/i.test(words) ? 126 : 125;
}

/** @throws EngineError `unsupported` for what the specification has no words for: the other would mount something else. */
function withoutOwn(spec: RuntimeSpec): RuntimeSpec {
  const refuse = (what: string): never => {
    throw new EngineError('unsupported', `${what} only by this engine's own runtime; choose --runtime estrato.`);
  };
  for (const { subpath, namespace } of spec.mounts) {
    if (subpath !== undefined) refuse('A part of a volume (volume-subpath) is mounted');
    if (namespace !== undefined) refuse("Another container's shared memory (--ipc container:) is mounted");
  }
  return spec;
}
