import { ifThereIsRoom, onceThereIsRoom } from '#engine/metadata/full-disk.ts';
import type { ExitStatus, RunningContainer } from '#engine/runtime/runtime.ts';

import { bootId } from './boot-id.ts';
import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import { leaveOwnNetworks } from './container-networks.ts';
import { leaveVolumes } from './container-volumes.ts';
import { isUp, type Container, type ContainerState } from './container.ts';
import { removeContainer } from './remove-container.ts';
import { nextRestart, noRestart } from './restart-policy.ts';
import { endHealth, watchHealth } from './watch-health.ts';

type UpState = Extract<ContainerState, { readonly status: 'running' | 'paused' }>;
type EndedState = Extract<ContainerState, { readonly status: 'exited' | 'restarting' }>;

/** What Docker says of a container whose end nobody saw. */
const UNKNOWN_EXIT_CODE = 255;

/** signal(7). */
const SIGKILL = 9;

/** SIGKILL ends every session with its container. */
const KILLED_EXIT_CODE = 137;

/** Follows a container to its end, whoever started it. */
export function supervise(parts: ContainerParts, id: string, running: RunningContainer): void {
  const end = (exit: ExitStatus | undefined): void => {
    if (parts.table.running(id) !== running) return;
    endRest(parts, id, running);
    const ended = recordExit(parts, id, exit);
    if (ended?.config.autoRemove === true) removeEnded(parts, id);
    else if (ended?.state.status === 'exited') releaseEnded(parts, id, running);
  };
  const recordEnd = (exit: ExitStatus | undefined): void => onceThereIsRoom(parts.database, () => end(exit));
  running.wait().then(recordEnd, () => recordEnd(undefined));
  watchHealth(parts, id, running);
}

/** In numbers that aren't its own, the kernel ends nobody with a container's first process. */
function endRest({ table }: ContainerParts, id: string, running: RunningContainer): void {
  if (!table.get(id)?.config.isolation?.pid) return;
  // What is left of it then goes with the container.
  running.signalAll(SIGKILL).catch(() => undefined);
}

/**
 * Records an end, and with it whether the container's policy starts it again: there is no moment between the two for
 * an engine to die in.
 *
 * @param exit undefined when its shim ended without leaving a word.
 */
export function recordExit(parts: ContainerParts, id: string, exit: ExitStatus | undefined): Container | undefined {
  const { table } = parts;
  const current = table.get(id);
  if (current === undefined || !isUp(current.state)) return undefined;
  for (const session of table.execs.of(id)) table.execs.ended(session.id, KILLED_EXIT_CODE);
  const state = endedState(current, current.state, exit);
  const ended = table.setState(id, state);
  if (ended === undefined) return undefined;
  if (state.oomKilled) publishEvent(parts, ended, 'oom');
  publishEvent(parts, ended, 'die', {
    exitCode: String(state.exitCode),
    execDuration: String(Math.max(0, Math.round((state.finishedAt - state.startedAt) / 1000))),
  });
  ifThereIsRoom(() => endHealth(parts, ended));
  // The next start leaves what is left.
  ifThereIsRoom(() => leaveOwnNetworks(parts, id));
  leaveVolumes(parts, ended);
  restartLater(parts, ended);
  return ended;
}

/**
 * Starts a container that its policy wants to go on, when its time has come. It never waits longer than its delay: the
 * machine's clock may have been set back since it ended.
 */
export function restartLater({ restarts }: ContainerParts, { id, state }: Container): void {
  if (state.status !== 'restarting') return;
  restarts.schedule(id, Math.min(state.finishedAt, Date.now()) + state.restarts.delayMs);
}

function endedState({ config }: Container, before: UpState, exit: ExitStatus | undefined): EndedState {
  const { startedAt, isStopping = false, restarts } = before;
  const facts = { startedAt, ...(exit === undefined ? unseenEnd(before) : seenEnd(exit)) };
  const ranMs = facts.finishedAt - startedAt;
  const next = isStopping
    ? undefined
    : nextRestart(config.restartPolicy ?? noRestart, { exitCode: facts.exitCode, ranMs, before: restarts });
  if (next !== undefined) return { status: 'restarting', ...facts, restarts: next };
  return {
    status: 'exited',
    ...facts,
    ...(restarts === undefined ? {} : { restarts }),
    ...(isStopping ? { wasStoppedByHand: true } : {}),
  };
}

type Ending = Pick<EndedState, 'finishedAt' | 'exitCode' | 'oomKilled' | 'message'>;

function seenEnd({ exitCode, finishedAt, oomKilled }: ExitStatus): Ending {
  return { exitCode, finishedAt, oomKilled };
}

function unseenEnd({ bootId: boot }: UpState): Ending {
  const message =
    boot === undefined || boot === bootId()
      ? 'It ended without leaving an exit status: its shim was killed, or the machine went down.'
      : 'It ended with the machine, which has been started anew since.';
  return { finishedAt: Date.now(), exitCode: UNKNOWN_EXIT_CODE, oomKilled: false, message };
}

/** What can't be removed stays marked as such: the next engine tries again. Somebody may have removed it first. */
function removeEnded(parts: ContainerParts, id: string): void {
  removeContainer(parts, id, { force: false, cause: 'ended' }).catch(() => undefined);
}

/** A thousand that have ended cost the kernel nothing. When it is their turn, they may be running again, or be gone. */
function releaseEnded(parts: ContainerParts, id: string, ended: RunningContainer): void {
  const release = async (): Promise<void> => {
    if (parts.table.get(id)?.state.status === 'exited') await ended.release();
  };
  // What is left then goes with the container.
  parts.table.exclusively(id, release).catch(() => undefined);
}
