import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { LaunchRequest, RunningContainer } from '#engine/runtime/runtime.ts';

import { bootId } from './boot-id.ts';
import { composeSpec } from './compose-spec.ts';
import { containerDir } from './container-dir.ts';
import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import { chooseOwnPorts, explainPort, relaysOf } from './container-ports.ts';
import { joinOwnNetworks, leaveOwnNetworks } from './container-networks.ts';
import { mountVolumes, publishMounts } from './container-volumes.ts';
import type { Container } from './container.ts';
import { donorsOf } from './isolation.ts';
import { logLimits } from './log-limits.ts';
import { removeHeld } from './remove-container.ts';
import { startFailure } from './start-failure.ts';
import { supervise } from './supervise.ts';
import { resetHealth } from './watch-health.ts';

/** @throws EngineError `not-modified` when it runs already, `invalid-argument` when its program can't be run. */
export async function startContainer(parts: ContainerParts, ref: string): Promise<void> {
  const { id } = parts.table.find(ref);
  await parts.table.exclusively(id, () => startHeld(parts, id));
}

/** The same for a caller who has the container exclusively. */
export async function startHeld(parts: ContainerParts, id: string): Promise<void> {
  const container = parts.table.find(id);
  refuseUnstartable(container);
  await startOrRecord(parts, container);
}

/** Starts one that its policy wants to go on, unless somebody has said otherwise. @throws EngineError as `startContainer`. */
export async function startAgain(parts: ContainerParts, id: string): Promise<void> {
  await untilDonorsRun(parts, id);
  await parts.table.exclusively(id, async () => {
    const container = parts.table.get(id);
    if (container?.state.status === 'restarting') await startOrRecord(parts, container);
  });
}

/** Those whose namespaces it is in come first, if they are to come at all. */
async function untilDonorsRun({ table }: ContainerParts, id: string): Promise<void> {
  const config = table.get(id)?.config;
  for (const donor of config === undefined ? [] : donorsOf(config)) {
    if (table.get(donor)?.state.status !== 'restarting') continue;
    for await (const now of table.watch(donor)) if (now?.state.status !== 'restarting') break;
  }
}

async function startOrRecord(parts: ContainerParts, container: Container): Promise<void> {
  try {
    await start(parts, container);
  } catch (error) {
    throw await recordFailure(parts, container, await explainPort(parts, container, error));
  }
}

function refuseUnstartable({ name, state }: Container): void {
  if (state.status === 'paused')
    throw new EngineError('conflict', 'cannot start a paused container, try unpause instead');
  if (state.status === 'running' || state.status === 'restarting') {
    throw new EngineError('not-modified', `The container ${name} is already running.`);
  }
  if (state.status === 'removing') {
    throw new EngineError('conflict', `The container ${name} is being removed and can't be started any more.`);
  }
}

async function start(parts: ContainerParts, container: Container): Promise<void> {
  const { id, state } = container;
  parts.table.execs.removeAll(id);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => parts.runtime.destroy(id, containerDir(parts, id)));
  const startedAt = Date.now();
  using _mounted = await mountVolumes(parts, container);
  undo.defer(() => leaveOwnNetworks(parts, id));
  const joined = await joinOwnNetworks(parts, container, () => chooseOwnPorts(parts, container));
  const running = await launch(parts, container, { links: joined.links, ports: relaysOf(parts, joined.endpoints) });
  // Not before the shim listens: whoever else had the port would lose what comes there.
  if (joined.endpoints.some(({ ports }) => ports.length > 0)) await parts.networks.host.publish();
  const restarts = state.status === 'restarting' ? { restarts: state.restarts } : {};
  resetHealth(parts, container);
  const now = parts.table.setRunning(id, running, { startedAt, bootId: bootId(), ...restarts });
  undo.move();
  publishMounts(parts, container);
  publishEvent(parts, now ?? container, 'start');
  supervise(parts, id, running);
}

async function launch(
  parts: ContainerParts,
  container: Container,
  network: Pick<LaunchRequest, 'links' | 'ports'>,
): Promise<RunningContainer> {
  const { id, config } = container;
  const [spec, root] = await Promise.all([composeSpec(parts, container), parts.snapshots.mount(id)]);
  return parts.runtime.start({
    id,
    bundle: containerDir(parts, id),
    spec,
    root,
    openStdin: config.openStdin,
    stdinOnce: config.stdinOnce,
    holdOutput: parts.table.isAwaited(id),
    log: logLimits(parts, container),
    ...network,
    ...(config.runtime === undefined ? {} : { runtime: config.runtime }),
  });
}

/** A container that could not start says so from then on; one that goes with its end goes now. */
async function recordFailure(parts: ContainerParts, container: Container, thrown: unknown): Promise<EngineError> {
  const { id, state } = container;
  const failure = startFailure(toEngineError(thrown));
  const { exitCode, message } = failure;
  if (state.status === 'exited' || state.status === 'restarting') {
    parts.table.setState(id, { ...state, status: 'exited', exitCode, message });
  } else parts.table.setState(id, { status: 'created', failure: { exitCode, message } });
  parts.table.noRun(id);
  if (container.config.autoRemove) await removeHeld(parts, container, { cause: 'ended' });
  return failure.error;
}
