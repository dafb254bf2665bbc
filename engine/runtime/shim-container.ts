import { EngineError } from '#engine/contract/errors.ts';
import type { TerminalSize } from '#engine/contract/terminal.ts';
import type { RuntimeResources } from '#engine/oci/runtime-spec.ts';

import { destroyCgroups, pidsIn, updateLimits, type CgroupLayout } from './cgroups.ts';
import { freeze, isFrozen, thaw } from './freezer.ts';
import { encodePlan } from './encode-plan.ts';
import { interfaceStep, linkStep, unlinkStep, type NetworkLink } from './network-link.ts';
import { pidsBeside } from './process-facts.ts';
import { readUsage, type ResourceUsage } from './resource-usage.ts';
import type { AttachOptions, Attachment, ExecRequest, ExitStatus, HeldProcess, RunningContainer } from './runtime.ts';
import type { ShimClient } from './shim-client.ts';
import { usageMeter, type UsageMeter } from './usage-counters.ts';

/** A process of a shim's, by its session's id. */
export class ShimProcess implements HeldProcess {
  readonly pid: number;
  readonly #session: string;
  readonly #shim: ShimClient;
  readonly #recorded: () => Promise<ExitStatus | undefined>;
  readonly #told: Promise<ExitStatus | undefined> | undefined;
  #ending: Promise<ExitStatus> | undefined;

  constructor(
    shim: ShimClient,
    known: {
      readonly session: string;
      readonly pid: number;
      /** What is known when the shim went without saying. */
      readonly recorded: () => Promise<ExitStatus | undefined>;
      /** What the shim says without being asked. */
      readonly ending?: Promise<ExitStatus | undefined> | undefined;
    },
  ) {
    this.#shim = shim;
    this.#session = known.session;
    this.#recorded = known.recorded;
    this.#told = known.ending;
    this.pid = known.pid;
  }

  attach(options: AttachOptions): Promise<Attachment> {
    return this.#shim.attach(this.#session, options);
  }

  resize(size: TerminalSize): Promise<void> {
    return this.#shim.resize(this.#session, size);
  }

  async signal(signal: number): Promise<void> {
    try {
      await this.#shim.signal(this.#session, signal);
    } catch (cause) {
      throw new EngineError('conflict', 'The process has ended already.', { cause });
    }
  }

  wait(): Promise<ExitStatus> {
    this.#ending ??= this.#awaitEnding();
    return this.#ending;
  }

  async #awaitEnding(): Promise<ExitStatus> {
    const told = await (this.#told ?? this.#shim.wait(this.#session)).catch(() => undefined);
    const known = told ?? (await this.#recorded());
    return known ?? { exitCode: 137, signal: 9, oomKilled: false, finishedAt: Date.now() };
  }
}

export interface ShimContainerParts {
  readonly shim: ShimClient;
  readonly cgroups: CgroupLayout;
  readonly pid: number;
  /** How the container's runtime has the shim start a program beside it. */
  readonly startSession: (request: ExecRequest) => ReturnType<ShimClient['exec']>;
  readonly recorded: () => Promise<ExitStatus | undefined>;
  readonly ending?: Promise<ExitStatus | undefined>;
}

/** A container whose shim is alive. */
export class ShimContainer extends ShimProcess implements RunningContainer {
  readonly #parts: ShimContainerParts;

  constructor(parts: ShimContainerParts) {
    const { pid, recorded, ending } = parts;
    super(parts.shim, { session: 'main', pid, recorded, ending });
    this.#parts = parts;
  }

  async exec(request: ExecRequest): Promise<HeldProcess> {
    const { pid, ending } = await this.#parts.startSession(request);
    return this.#session(request.execId, pid, ending);
  }

  async execs(): Promise<ReadonlyMap<string, HeldProcess>> {
    const listed = await this.#parts.shim.list();
    const sessions = listed.filter(({ id }) => id !== 'main');
    return new Map(sessions.map(({ id, pid }) => [id, this.#session(id, pid)]));
  }

  async signalAll(signal: number): Promise<void> {
    for (const pid of await this.pids()) {
      try {
        process.kill(pid, signal);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
      }
    }
  }

  update(resources: Omit<RuntimeResources, 'devices'>): Promise<void> {
    return updateLimits(this.#parts.cgroups, resources);
  }

  release(): Promise<void> {
    return destroyCgroups(this.#parts.cgroups);
  }

  pause(): Promise<void> {
    return freeze(this.#parts.cgroups);
  }

  resume(): Promise<void> {
    return thaw(this.#parts.cgroups);
  }

  isPaused(): Promise<boolean> {
    return isFrozen(this.#parts.cgroups);
  }

  async connect(link: NetworkLink): Promise<void> {
    await this.#parts.shim.changeLinks(encodePlan([linkStep(link), interfaceStep(link)]));
  }

  async routeThrough(link: NetworkLink): Promise<void> {
    await this.#parts.shim.changeLinks(encodePlan([interfaceStep({ ...link, addresses: [] })]));
  }

  async disconnect(name: string): Promise<void> {
    await this.#parts.shim.changeLinks(encodePlan([unlinkStep(name)]));
  }

  async usage(): Promise<ResourceUsage> {
    return readUsage(this.#parts.cgroups, this.pid, await this.pids());
  }

  meter(): UsageMeter | undefined {
    return usageMeter(this.#parts.cgroups, this.pid);
  }

  async pids(): Promise<readonly number[]> {
    const { cgroups, pid } = this.#parts;
    return cgroups.mode === 'none' ? pidsBeside(pid) : pidsIn(cgroups);
  }

  #session(id: string, pid: number, ending?: Promise<ExitStatus | undefined>): HeldProcess {
    return new ShimProcess(this.#parts.shim, { session: id, pid, ending, recorded: () => Promise.resolve(undefined) });
  }
}
