import { readdir } from 'node:fs/promises';

import { removeTree } from '#engine/async/remove-tree.ts';
import { idsWithCgroups } from '#engine/runtime/leftover-cgroups.ts';
import type { RunningContainer } from '#engine/runtime/runtime.ts';

import { OWN_CGROUP_PARENT } from './cgroups-path.ts';
import { releaseHeldStill } from './commit-container.ts';
import { containerDir } from './container-dir.ts';
import type { ContainerParts } from './container-parts.ts';
import { isUp, type Container } from './container.ts';
import { superviseExec } from './exec-container.ts';
import type { ExecSession } from './exec-table.ts';
import { removeHeld } from './remove-container.ts';
import { isStartedWithEngine, noRestart } from './restart-policy.ts';
import { recordExit, restartLater, supervise } from './supervise.ts';

/** signal(7). */
const SIGKILL = 9;

/**
 * What a new engine does before it listens: finds the containers that went on, learns how the others ended, and
 * finishes or undoes what the last engine was in the middle of.
 *
 * @param complain of a container that can't be taken over, which is ended: nobody is kept from all the others by it.
 */
export async function recoverContainers(
  parts: ContainerParts,
  complain: (error: unknown, id: string) => void,
): Promise<void> {
  const takeOver = async (container: Container): Promise<void> => {
    try {
      await recover(parts, container);
    } catch (error) {
      complain(error, container.id);
      await giveUp(parts, container.id).catch((again: unknown) => complain(again, container.id));
    }
  };
  await Promise.all(
    parts.table.list().map((container) => parts.table.exclusively(container.id, () => takeOver(container))),
  );
  await sweepUnknown(parts);
  await sweepCgroups(parts);
}

async function recover(parts: ContainerParts, container: Container): Promise<void> {
  const { id, state, config } = container;
  const dir = containerDir(parts, id);
  if (state.status === 'removing') {
    await removeHeld(parts, container);
    return;
  }
  const found = await parts.runtime.reconnect(id, dir);
  if (isUp(state) && found !== undefined) {
    await adopt(parts, container, found);
    return;
  }
  // A start that its engine didn't live to record is undone.
  if (found !== undefined) await parts.runtime.destroy(id, dir);
  if (isUp(state)) {
    recordExit(parts, id, await parts.runtime.exitStatus(dir));
    await parts.runtime.destroy(id, dir);
  }
  const now = parts.table.get(id);
  const isOver = now?.state.status === 'exited' && now.state.isRestored !== true;
  if (config.autoRemove && isOver) await removeHeld(parts, now, { cause: 'ended' });
  else if (now !== undefined) applyPolicy(parts, container, now);
}

/** Without a process that is known, nobody could stop it or wait for its end. */
async function giveUp(parts: ContainerParts, id: string): Promise<void> {
  recordExit(parts, id, undefined);
  await parts.runtime.destroy(id, containerDir(parts, id));
}

/** One that was waiting goes on to; one that had ended before is started if its policy says so of every new engine. */
function applyPolicy(parts: ContainerParts, before: Container, { id, config, state }: Container): void {
  if (before.state.status === 'restarting') restartLater(parts, before);
  if (before.state.status !== 'exited' || state.status !== 'exited') return;
  const { wasStoppedByHand = false, ...facts } = state;
  if (!isStartedWithEngine(config.restartPolicy ?? noRestart, wasStoppedByHand)) return;
  const waiting = parts.table.setState(id, { ...facts, status: 'restarting', restarts: { count: 0, delayMs: 0 } });
  if (waiting !== undefined) restartLater(parts, waiting);
}

async function adopt(parts: ContainerParts, { id, state }: Container, running: RunningContainer): Promise<void> {
  if (!isUp(state)) return;
  const { status: _, pid: __, ...known } = state;
  parts.table.setRunning(id, running, known);
  await releaseHeldStill(parts, id, running);
  // What the last engine was told and what it did may differ: the kernel knows.
  if (await running.isPaused()) parts.table.setState(id, { ...state, status: 'paused' });
  const held = await running.execs();
  const recorded = new Set(parts.table.execs.stored(id).map((session) => session.id));
  // Begun and not recorded, or a question about its health whose answer nobody hears any more.
  for (const [execId, process] of held) if (!recorded.has(execId)) await process.signal(SIGKILL).catch(() => undefined);
  for (const { id: execId, config, startedAt } of parts.table.execs.stored(id)) {
    const process = held.get(execId);
    if (process === undefined) {
      parts.table.execs.remove(execId);
      continue;
    }
    const session: ExecSession = {
      id: execId,
      containerId: id,
      config,
      state: { status: 'running', startedAt, process },
    };
    parts.table.execs.add(session);
    superviseExec(parts, session, process);
  }
  supervise(parts, id, running);
}

/** Snapshots and directories without a row: of a create that was cut short, or a removal's last step. */
async function sweepUnknown(parts: ContainerParts): Promise<void> {
  const isUnknown = (id: string): boolean => parts.table.get(id) === undefined;
  const dirs = (await readdir(parts.containersDir)).filter(isUnknown);
  await Promise.all(
    dirs.map(async (id) => {
      const dir = containerDir(parts, id);
      await parts.runtime.destroy(id, dir);
      await removeTree(dir);
    }),
  );
  const snapshots = (await parts.snapshots.list()).filter(isUnknown);
  await Promise.all(snapshots.map((key) => parts.snapshots.remove(key)));
}

/**
 * Control groups of containers that don't run: of an engine that was killed in the middle of a start, or with them by
 * whoever ended all of its processes. Other engines' containers aren't known here, and keep theirs.
 */
async function sweepCgroups(parts: ContainerParts): Promise<void> {
  const containers = parts.table.list();
  const parents = containers.map(({ config }) => config.cgroupParent ?? OWN_CGROUP_PARENT);
  const left = idsWithCgroups(new Set([OWN_CGROUP_PARENT, ...parents]));
  const known = [...containers.map(({ id }) => id), ...parts.trash.table.list().map(({ id }) => id)];
  await Promise.all(
    known
      .filter((id) => left.has(id))
      .map((id) =>
        parts.table.exclusively(id, async () => {
          const container = parts.table.get(id);
          if (container === undefined || !isUp(container.state)) {
            await parts.runtime.destroy(id, containerDir(parts, id));
          }
        }),
      ),
  );
}
