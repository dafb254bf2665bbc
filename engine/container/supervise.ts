import type { ExitStatus, RunningContainer } from '#engine/runtime/runtime.ts';

import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import { leaveVolumes } from './container-volumes.ts';
import { isUp, type Container, type ContainerState } from './container.ts';
import { removeContainer } from './remove-container.ts';

/** What Docker says of a container whose end nobody saw. */
const UNKNOWN_EXIT_CODE = 255;

/** SIGKILL ends every session with its container. */
const KILLED_EXIT_CODE = 137;

/** Follows a container to its end, whoever started it. */
export function supervise(parts: ContainerParts, id: string, running: RunningContainer): void {
  const end = (exit: ExitStatus | undefined): void => {
    if (parts.table.running(id) !== running) return;
    const ended = recordExit(parts, id, exit);
    if (ended?.config.autoRemove === true) removeEnded(parts, id);
  };
  running.wait().then(end, () => end(undefined));
}

/** @param exit undefined when its shim ended without leaving a word. */
export function recordExit(parts: ContainerParts, id: string, exit: ExitStatus | undefined): Container | undefined {
  const { table } = parts;
  const current = table.get(id);
  if (current === undefined || !isUp(current.state)) return undefined;
  for (const session of table.execs.of(id)) table.execs.ended(session.id, KILLED_EXIT_CODE);
  const state = exitedState(current.state.startedAt, exit);
  const ended = table.setState(id, state);
  if (ended === undefined) return undefined;
  if (state.oomKilled) publishEvent(parts, ended, 'oom');
  publishEvent(parts, ended, 'die', {
    exitCode: String(state.exitCode),
    execDuration: String(Math.max(0, Math.round((state.finishedAt - state.startedAt) / 1000))),
  });
  leaveVolumes(parts, ended);
  return ended;
}

function exitedState(
  startedAt: number,
  exit: ExitStatus | undefined,
): Extract<ContainerState, { readonly status: 'exited' }> {
  if (exit !== undefined) {
    const { exitCode, finishedAt, oomKilled } = exit;
    return { status: 'exited', startedAt, finishedAt, exitCode, oomKilled };
  }
  return {
    status: 'exited',
    startedAt,
    finishedAt: Date.now(),
    exitCode: UNKNOWN_EXIT_CODE,
    oomKilled: false,
    message: 'It ended without leaving an exit status: its shim was killed, or the machine went down.',
  };
}

/** What can't be removed stays marked as such: the next engine tries again. Somebody may have removed it first. */
function removeEnded(parts: ContainerParts, id: string): void {
  removeContainer(parts, id, { force: false }).catch(() => undefined);
}
