import { rename, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';

import { EngineError } from '#engine/contract/errors.ts';
import type { RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import { createCgroups, pidsIn, type CgroupLayout } from '#engine/runtime/cgroups.ts';
import { createPlan, type Foreground } from '#engine/runtime/foreground-plan.ts';
import { SeccompFilters } from '#engine/runtime/seccomp-filter.ts';
import { spawnedCompiler } from '#engine/runtime/spawned-compiler.ts';

import type { CommandLine, OptionTable } from './command-line.ts';
import type { CommandContext } from './command.ts';
import { readBundleConfig } from './complete-config.ts';
import { cgroupsPathOf, type ContainerState } from './container-state.ts';
import { destroyContainer } from './destroy-container.ts';
import { launch, type Launched } from './launch.ts';
import { ownIdentity } from './process-identity.ts';

/** Of `create` and `run`. */
export const createOptions: OptionTable = {
  bundle: { kind: 'word', short: 'b' },
  config: { kind: 'word', short: 'f' },
  'console-socket': { kind: 'word' },
  'pid-file': { kind: 'word' },
  'preserve-fds': { kind: 'word' },
  'no-pivot': { kind: 'flag' },
  'no-new-keyring': { kind: 'flag' },
  'no-subreaper': { kind: 'flag' },
};

export interface Created {
  readonly state: ContainerState;
  readonly spec: RuntimeSpec;
  readonly launched: Launched;
}

/**
 * Makes a container whose program waits for its start.
 *
 * All or nothing: when it throws, nothing is left; when it is killed, what is left is a container that `delete` removes.
 */
export async function createContainer(context: CommandContext, line: CommandLine, keeps: boolean): Promise<Created> {
  const [id = '', ...rest] = line.words;
  if (rest.length > 0) throw new EngineError('invalid-argument', `There is a word too many: ${rest[0]}.`);
  const bundle = resolve(line.word('bundle') ?? '.');
  const configured = await readBundleConfig(bundle, resolve(bundle, line.word('config') ?? 'config.json'));
  const inherited = inheritedDescriptors(line);
  const spec = withEnvironment(configured, inherited.environment);
  requireConsole(spec.process.terminal, line, keeps);
  await using undo = new AsyncDisposableStack();
  const state = await context.states.add(id);
  undo.defer(() => destroyContainer(context.states, state));
  await state.write(
    {
      bundle,
      rootfs: spec.root.path,
      created: new Date().toISOString(),
      owner: userInfo().username,
      creator: ownIdentity(),
    },
    spec,
  );
  const how = { keeps, preserved: inherited.count, consoleSocket: line.word('console-socket') };
  const launched = await launchContainer(context, { state, spec }, how);
  await writePidFile(line.word('pid-file'), launched.pid);
  undo.move();
  return { state, spec, launched };
}

async function launchContainer(
  { launcherPath }: CommandContext,
  { state, spec }: Pick<Created, 'state' | 'spec'>,
  how: Foreground,
): Promise<Launched> {
  const cgroups = await state.cgroups();
  await requireOwnCgroups(cgroups, spec, state.id);
  const [filter, { bundle }] = await Promise.all([
    spec.linux.seccomp === undefined
      ? undefined
      : new SeccompFilters(spawnedCompiler(launcherPath)).compile(spec.linux.seccomp),
    state.record(),
    createCgroups(cgroups, spec.linux.resources ?? {}),
  ]);
  const steps = createPlan(spec, { rootfs: spec.root.path, cgroups, filter, subject: { id: state.id, bundle } }, how);
  return launch(launcherPath, { steps, statePath: state.path, preserved: how.preserved });
}

/** Whoever else were in them would be killed along with the container. */
async function requireOwnCgroups(cgroups: CgroupLayout, spec: RuntimeSpec, id: string): Promise<void> {
  const path = cgroupsPathOf(spec, id);
  const count = path === '/' ? 1 : pidsIn(cgroups).length;
  if (count === 0) return;
  throw new EngineError('conflict', `The container's cgroup ${path} is not empty; choose another linux.cgroupsPath.`);
}

/** `--preserve-fds`, and what systemd hands over (sd_listen_fds(3)). */
export function inheritedDescriptors(line: CommandLine): { readonly count: number; readonly environment: string[] } {
  const listening = Number(process.env['LISTEN_FDS'] ?? 0) || 0;
  const environment = listening > 0 ? [`LISTEN_FDS=${listening}`, 'LISTEN_PID=1'] : [];
  const count = (line.number('preserve-fds') ?? 0) + listening;
  if (count >= 0 && count <= 1024) return { count, environment };
  throw new EngineError('invalid-argument', `--preserve-fds ${count} is not a number of descriptors.`);
}

function withEnvironment(spec: RuntimeSpec, environment: readonly string[]): RuntimeSpec {
  return { ...spec, process: { ...spec.process, env: [...spec.process.env, ...environment] } };
}

/** A terminal's master goes to whoever listens at the socket; a caller that stays has one of its own. */
export function requireConsole(terminal: boolean, line: CommandLine, keeps: boolean): void {
  const socket = line.word('console-socket');
  if (terminal && !keeps && socket === undefined) {
    const words = "cannot allocate tty if the runtime doesn't wait for the process: give it a --console-socket";
    throw new EngineError('invalid-argument', words);
  }
  if (!terminal && socket !== undefined) {
    throw new EngineError(
      'invalid-argument',
      'A --console-socket is only for a process with a terminal, and this one has none.',
    );
  }
}

/** Whole: who waits for the file reads it as soon as it is there. */
export async function writePidFile(path: string | undefined, pid: number): Promise<void> {
  if (path === undefined) return;
  const partial = join(resolve(path, '..'), `.${pid}.pid.partial`);
  await writeFile(partial, String(pid));
  await rename(partial, resolve(path));
}
