import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';

import { EngineError } from '#engine/contract/errors.ts';
import type { RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import type { RootMount } from '#engine/snapshot/snapshotter.ts';

import { createCgroups, destroyCgroups, layOutCgroups, type CgroupLayout } from './cgroups.ts';
import { readContainerLog, type LogOptions } from './container-log.ts';
import { encodePlan } from './encode-plan.ts';
import { launchFailure } from './launch-failure.ts';
import { launchPlan, rootPlan } from './launch-plan.ts';
import { offerRoot } from './offer-root.ts';
import type { ExitStatus, LaunchRequest, LogChunk, OpenRoot, RootView, RunningContainer, Runtime } from './runtime.ts';
import { SeccompFilters } from './seccomp-filter.ts';
import { parseEnding, ShimClient } from './shim-client.ts';
import { ShimContainer } from './shim-container.ts';

/** signal(7). */
const SIGKILL = 9;

/** Containers on Estrato's own launcher. */
export class EstratoRuntime implements Runtime {
  readonly #launcherPath: string;
  readonly #filters: SeccompFilters;

  constructor({ launcherPath }: { readonly launcherPath: string }) {
    this.#launcherPath = launcherPath;
    this.#filters = new SeccompFilters(launcherPath);
  }

  async start(request: LaunchRequest): Promise<RunningContainer> {
    const { bundle, spec, id } = request;
    const cgroups = await layOutCgroups(cgroupsPathOf(spec, id));
    await using undo = new AsyncDisposableStack();
    undo.defer(() => destroyCgroups(cgroups));
    const rootfs = join(bundle, 'rootfs');
    const [filter] = await Promise.all([
      spec.linux.seccomp === undefined ? undefined : this.#filters.compile(spec.linux.seccomp),
      mkdir(rootfs, { recursive: true }),
      writeFile(join(bundle, 'config.json'), JSON.stringify(spec, undefined, 2)),
      rm(join(bundle, 'exit'), { force: true }),
      createCgroups(cgroups, spec.linux.resources ?? {}),
    ]);
    const { root, openStdin, stdinOnce, holdOutput = false, links = [] } = request;
    const around = { rootfs, root, cgroups, filter, openStdin, stdinOnce, holdOutput, links };
    const plan = encodePlan(launchPlan(spec, around));
    const pid = await this.#startShim(bundle, plan);
    undo.move();
    return this.#container(bundle, { spec, cgroups, pid });
  }

  async reconnect(id: string, bundle: string): Promise<RunningContainer | undefined> {
    const shim = new ShimClient(bundle);
    const listed = await shim.list().catch(() => undefined);
    const main = listed?.find((process) => process.id === 'main');
    if (main === undefined) return undefined;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by `start` into a directory of root's
    const spec = JSON.parse(await readFile(join(bundle, 'config.json'), 'utf8')) as RuntimeSpec;
    return this.#container(bundle, { spec, cgroups: await layOutCgroups(cgroupsPathOf(spec, id)), pid: main.pid });
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
    return offerRoot(this.#launcherPath, encodePlan(rootPlan(root, rootfs)));
  }

  async destroy(id: string, bundle: string): Promise<void> {
    const shim = new ShimClient(bundle);
    await destroyCgroups(await layOutCgroups(`/estrato/${id}`));
    // Without control groups it is the end of its first process that ends a container.
    await shim.signal('main', SIGKILL).catch(() => undefined);
    // A shim whose container is gone says so to whoever listens, and ends; one that waits for its starter waits no more.
    await using _ = await shim.attach('main', { replay: false, stdin: false }).catch(() => undefined);
    await shim.wait('main').catch(() => undefined);
    await rm(join(bundle, 'shim.sock'), { force: true });
  }

  #container(
    bundle: string,
    known: { readonly spec: RuntimeSpec; readonly cgroups: CgroupLayout; readonly pid: number },
  ): RunningContainer {
    return new ShimContainer({
      ...known,
      shim: new ShimClient(bundle),
      filters: this.#filters,
      recorded: () => this.exitStatus(bundle),
    });
  }

  /** @returns pid of the container's init. */
  async #startShim(bundle: string, plan: Buffer): Promise<number> {
    const shim = spawn(this.#launcherPath, ['shim', bundle], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    const failed = new Promise<never>((_, reject) => {
      shim.once('error', (cause) => {
        reject(new EngineError('internal', `The launcher ${this.#launcherPath} can't be started.`, { cause }));
      });
    });
    shim.stdin.on('error', () => undefined);
    shim.stdin.end(plan);
    const [answer, words] = await Promise.race([Promise.all([buffer(shim.stdout), text(shim.stderr)]), failed]);
    shim.unref();
    if (answer.length < 5) throw new EngineError('internal', words.trim() || 'The launcher ended without a word.');
    const payload = answer.subarray(5);
    if (answer.toString('latin1', 0, 1) === 'K') return payload.readUInt32LE(0);
    throw launchFailure(payload[0] ?? 0, payload.toString('utf8', 1));
  }
}

function cgroupsPathOf(spec: RuntimeSpec, id: string): string {
  return spec.linux.cgroupsPath ?? `/estrato/${id}`;
}
