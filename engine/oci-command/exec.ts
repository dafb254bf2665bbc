import { EngineError } from '#engine/contract/errors.ts';
import type { RuntimeProcess, RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import { execPlan } from '#engine/runtime/foreground-plan.ts';
import { SeccompFilters } from '#engine/runtime/seccomp-filter.ts';
import { spawnedCompiler } from '#engine/runtime/spawned-compiler.ts';

import type { CommandLine } from './command-line.ts';
import type { CommandContext, OciCommand } from './command.ts';
import { readProcess } from './complete-config.ts';
import type { ContainerState } from './container-state.ts';
import { inheritedDescriptors, requireConsole, writePidFile } from './create-container.ts';
import { forwardSignals } from './forward-signals.ts';
import { launch, type Launched } from './launch.ts';

export const exec: OciCommand = {
  usage: 'CONTAINER [PROGRAM [ARGUMENT...]]',
  options: {
    process: { kind: 'word', short: 'p' },
    'console-socket': { kind: 'word' },
    'pid-file': { kind: 'word' },
    'preserve-fds': { kind: 'word' },
    detach: { kind: 'flag', short: 'd' },
    tty: { kind: 'flag', short: 't' },
    cwd: { kind: 'word' },
    env: { kind: 'words', short: 'e' },
    user: { kind: 'word', short: 'u' },
    'additional-gids': { kind: 'words', short: 'g' },
    cap: { kind: 'words', short: 'c' },
    'no-new-privs': { kind: 'flag' },
    'ignore-paused': { kind: 'flag' },
    'no-subreaper': { kind: 'flag' },
  },
  async run(context, line) {
    const [id = ''] = line.words;
    const keeps = !line.flag('detach');
    const state = await context.states.find(id);
    await requireRunning(state, line.flag('ignore-paused'));
    const spec = await state.config();
    const process = await chooseProcess(line, spec.process);
    requireConsole(process.terminal, line, keeps);
    const launched = await launchBeside(context, { state, spec, process, line }, keeps);
    using _ = forwardSignals(launched.pid);
    await writePidFile(line.word('pid-file'), launched.pid);
    return keeps ? await launched.ended : 0;
  },
};

/** Into a container that stands still nobody could come, and would wait without end. */
async function requireRunning(state: ContainerState, mayBePaused: boolean): Promise<void> {
  const status = await state.status();
  if (status === 'running' || status === 'created' || (status === 'paused' && mayBePaused)) return;
  throw new EngineError('conflict', `cannot exec in a ${status} container: ${state.id}`);
}

async function launchBeside(
  { launcherPath }: CommandContext,
  asked: { state: ContainerState; spec: RuntimeSpec; process: RuntimeProcess; line: CommandLine },
  keeps: boolean,
): Promise<Launched> {
  const { state, spec, process, line } = asked;
  const { count: preserved, environment } = inheritedDescriptors(line);
  const [init, cgroups] = await Promise.all([state.init(), state.cgroups()]);
  if (init === undefined) throw new EngineError('conflict', `cannot exec in a stopped container: ${state.id}`);
  const profile = spec.linux.seccomp;
  const filter =
    profile === undefined ? undefined : await new SeccompFilters(spawnedCompiler(launcherPath)).compile(profile);
  const how = { keeps, preserved, consoleSocket: line.word('console-socket') };
  const whole = { ...process, env: [...process.env, ...environment] };
  const { bundle } = await state.record();
  const steps = execPlan(whole, { spec, cgroups, filter, init, subject: { id: state.id, bundle } }, how);
  return launch(launcherPath, { steps, statePath: state.path, preserved });
}

/** From a file of its own, or the container's with what the options change. */
async function chooseProcess(line: CommandLine, own: RuntimeProcess): Promise<RuntimeProcess> {
  const path = line.word('process');
  if (path !== undefined) return readProcess(path);
  const args = line.words.slice(1);
  if (args.length === 0)
    throw new EngineError('invalid-argument', 'exec needs a program, or a --process file that names one.');
  const { capabilities } = own;
  const added = line.all('cap');
  const plus = (names: readonly string[]): readonly string[] => [...new Set([...names, ...added])];
  return {
    ...own,
    args,
    terminal: line.flag('tty'),
    cwd: line.word('cwd') ?? own.cwd,
    env: [...own.env, ...line.all('env')],
    user: chooseUser(line, own.user),
    noNewPrivileges: own.noNewPrivileges || line.flag('no-new-privs'),
    capabilities: {
      ...capabilities,
      bounding: plus(capabilities.bounding),
      effective: plus(capabilities.effective),
      permitted: plus(capabilities.permitted),
    },
  };
}

/** `UID[:GID]`: names are the callers' to resolve, who know the image. */
function chooseUser(line: CommandLine, own: RuntimeProcess['user']): RuntimeProcess['user'] {
  const additionalGids = line.all('additional-gids').map(Number);
  const groups = additionalGids.length === 0 ? {} : { additionalGids };
  const word = line.word('user');
  if (word === undefined) return { ...own, ...groups };
  const { uid, gid = '0' } = /^(?<uid>\d+)(?::(?<gid>\d+))?$/.exec(word)?.groups ?? {};
  if (uid === undefined)
    throw new EngineError('invalid-argument', `--user takes UID[:GID] in numbers, and not ${word}.`);
  return { uid: Number(uid), gid: Number(gid), ...groups };
}
