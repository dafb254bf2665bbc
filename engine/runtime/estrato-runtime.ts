import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { replaceFileSync } from '#engine/async/replace-file.ts';
import type { RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import type { RootMount } from '#engine/snapshot/snapshotter.ts';

import { cgroupsPathOf, createCgroups, destroyCgroups, layOutCgroups, type CgroupLayout } from './cgroups.ts';
import { readContainerLog } from './container-log.ts';
import { encodePlan, type Step } from './encode-plan.ts';
import { callPoststart, callPoststop, promisePoststop } from './later-hooks.ts';
import { LauncherServer, type LauncherAnswer } from './launcher-server.ts';
import { launchPlan, rootPlan, sessionPlan } from './launch-plan.ts';
import { offerRoot } from './offer-root.ts';
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
import { SeccompFilters } from './seccomp-filter.ts';
import { readEnding, parseEnding, ShimClient } from './shim-client.ts';
import { ShimContainer, type ShimContainerParts } from './shim-container.ts';

export interface RuntimeOptions {
  readonly launcherPath: string;
  /** The engine's own directory: no other engine's launcher listens there. */
  readonly dir: string;
}

/** A container's first process, kept by a shim. */
type Kept = Pick<ShimContainerParts, 'pid' | 'ending'>;

interface Found extends Kept {
  readonly spec: RuntimeSpec;
  readonly cgroups: CgroupLayout;
}

/** Containers on Estrato's own launcher. Disposing ends the launcher's resident process; containers go on. */
export class EstratoRuntime implements Runtime, AsyncDisposable {
  readonly #launcher: LauncherServer;
  readonly #filters: SeccompFilters;

  constructor(options: RuntimeOptions) {
    this.#launcher = new LauncherServer(options);
    this.#filters = new SeccompFilters((profile) => this.#compile(profile));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#launcher[Symbol.asyncDispose]();
  }

  async start(request: LaunchRequest): Promise<RunningContainer> {
    const { bundle, spec, id } = request;
    const cgroups = await layOutCgroups(cgroupsPathOf(spec, id));
    await using undo = new AsyncDisposableStack();
    undo.defer(() => destroyCgroups(cgroups));
    const rootfs = join(bundle, 'rootfs');
    mkdirSync(rootfs, { recursive: true });
    replaceFileSync(join(bundle, 'config.json'), JSON.stringify(spec));
    rmSync(join(bundle, 'exit'), { force: true });
    // Those of the last run count what was used then, and whom the kernel killed for memory.
    await destroyCgroups(cgroups);
    await createCgroups(cgroups, spec.linux.resources ?? {});
    const filter = spec.linux.seccomp === undefined ? undefined : await this.#filters.compile(spec.linux.seccomp);
    const { root, openStdin, stdinOnce, holdOutput = false, links = [], ports = [] } = request;
    const around = {
      rootfs,
      root,
      cgroups,
      filter,
      openStdin,
      stdinOnce,
      holdOutput,
      ...(request.log === undefined ? {} : { log: request.log }),
      links,
      ports,
      subject: { id, bundle },
    };
    const plan = encodePlan(launchPlan(spec, around));
    await promisePoststop(spec, { id, bundle });
    const kept = await this.startShim(bundle, plan);
    undo.move();
    await callPoststart(spec, { id, bundle }, kept.pid);
    return this.#container(bundle, { ...kept, spec, cgroups });
  }

  async reconnect(id: string, bundle: string): Promise<RunningContainer | undefined> {
    const found = await this.find(id, bundle);
    return found === undefined ? undefined : this.#container(bundle, found);
  }

  /**
   * Performs steps of bridges, settings and flows in the network namespace of the engine, or in the one of a first step,
   * in order, up to the first that fails.
   *
   * @throws EngineError `internal` with the launcher's sentence.
   */
  async changeNetworks(steps: readonly Step[]): Promise<void> {
    using _answer = await this.#launcher.ask('N', encodePlan(steps));
  }

  /** A shim of its own for what the plan makes. @throws EngineError with the launcher's sentence. */
  async startShim(bundle: string, plan: Buffer): Promise<Kept> {
    const shim = await this.#launcher.ask('C', Buffer.concat([Buffer.from(`${bundle}\0`), plan]));
    return { pid: shim.payload.readUInt32LE(0), ending: endingOf(shim) };
  }

  /** What a bundle's shim keeps, if it is alive, and what it was made by. */
  async find(id: string, bundle: string): Promise<Found | undefined> {
    // Asked of every container at once when an engine starts: of most of them one look says that nobody is there.
    if (!existsSync(join(bundle, 'shim.sock'))) return undefined;
    const listed = await new ShimClient(bundle).list().catch(() => undefined);
    const main = listed?.find((process) => process.id === 'main');
    // A shim stays a moment after its container's end: that is in the record already.
    if (main === undefined || main.ending !== undefined) return undefined;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by `start` into a directory of root's
    const spec = JSON.parse(await readFile(join(bundle, 'config.json'), 'utf8')) as RuntimeSpec;
    return { spec, cgroups: await layOutCgroups(cgroupsPathOf(spec, id), main.pid), pid: main.pid };
  }

  async exitStatus(bundle: string): Promise<ExitStatus | undefined> {
    const recorded = await readFile(join(bundle, 'exit'), 'utf8').catch(() => undefined);
    return recorded === undefined ? undefined : parseEnding(recorded);
  }

  readLog(bundle: string, options: LogOptions): AsyncIterable<LogChunk> {
    return readContainerLog(bundle, options);
  }

  async openRoot(root: RootMount | RootView, bundle: string): Promise<OpenRoot> {
    const rootfs = join(bundle, 'rootfs');
    await mkdir(rootfs, { recursive: true });
    return offerRoot(this.#launcher, encodePlan(rootPlan(root, rootfs)));
  }

  async destroy(id: string, bundle: string): Promise<void> {
    const shim = new ShimClient(bundle);
    await destroyCgroups(await layOutCgroups(await writtenCgroupsPath(bundle, id)));
    // Without control groups it is the end of its first process that ends a container. Often there is no shim any more.
    await shim.end().catch(() => undefined);
    rmSync(join(bundle, 'shim.sock'), { force: true });
    await callPoststop(bundle);
  }

  #container(bundle: string, known: Found): RunningContainer {
    const { spec, cgroups } = known;
    const subject = { id: basename(bundle), bundle };
    const shim = new ShimClient(bundle);
    return new ShimContainer({
      ...known,
      shim,
      recorded: () => this.exitStatus(bundle),
      startSession: async ({ execId, process, openStdin }) => {
        const filter = spec.linux.seccomp === undefined ? undefined : await this.#filters.compile(spec.linux.seccomp);
        return shim.exec(
          encodePlan(
            sessionPlan(process, { spec, cgroups, filter, openStdin, id: execId, subject, initPid: known.pid }),
          ),
        );
      },
    });
  }

  async #compile(profile: Uint8Array): Promise<Uint8Array> {
    using answer = await this.#launcher.ask('B', profile);
    return answer.payload;
  }
}

/**
 * Where the last start has put it, if there was one. What a power cut has left of the file may be nothing; the control
 * groups are gone with the power.
 */
async function writtenCgroupsPath(bundle: string, id: string): Promise<string> {
  const spec = await readFile(join(bundle, 'config.json'), 'utf8')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by `start` into a directory of root's
    .then((text) => JSON.parse(text) as RuntimeSpec)
    .catch(() => undefined);
  return cgroupsPathOf(spec, id);
}

/** The shim goes on on the connection it was asked for on, and says how its container ended. */
async function endingOf(shim: LauncherAnswer): Promise<ExitStatus | undefined> {
  using _connection = shim;
  return await readEnding(shim.frames);
}
