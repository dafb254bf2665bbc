import { EngineError } from '#engine/contract/errors.ts';

import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import { isUp, type Container } from './container.ts';
import { giveUpRestart } from './give-up-restart.ts';
import { noRestart } from './restart-policy.ts';
import { signalNumber } from './signal-number.ts';
import { thaw } from './unpause-container.ts';

/** signal(7). */
const SIGKILL = 9;

/**
 * Sends a signal, `SIGKILL` unless another is named. One that waits for its next start is sent nothing: it doesn't
 * start any more, if that was to end it.
 * @throws EngineError `conflict` when it doesn't run.
 */
export async function killContainer(parts: ContainerParts, ref: string, signal = 'SIGKILL'): Promise<void> {
  const number = signalNumber(signal);
  const container = parts.table.find(ref);
  if (container.state.status === 'restarting' && isToEnd(container, number)) {
    await parts.table.exclusively(container.id, () => Promise.resolve(giveUpRestart(parts, container.id)));
    if (parts.table.running(container.id) === undefined) return;
  }
  await sendSignal(parts, container, number);
  // Whoever kills expects it dead: Docker too answers only then.
  if (number === SIGKILL) await untilStopped(parts, container.id);
}

/** @throws EngineError `conflict` when it doesn't run. */
export async function sendSignal(parts: ContainerParts, container: Container, number: number): Promise<void> {
  const running = parts.table.running(container.id);
  if (running === undefined) {
    throw new EngineError(
      'conflict',
      `cannot kill container: ${container.name}: container ${container.id} is not running`,
    );
  }
  const isEnding = isToEnd(container, number);
  if (isEnding) markStopping(parts, container.id);
  await running.signal(number);
  // A signal that is to end it must reach it; any other waits until somebody lets it go on.
  if (isEnding) await thaw(parts, container.id);
  publishEvent(parts, container, 'kill', { signal: String(number) });
}

function isToEnd({ config }: Container, signal: number): boolean {
  return signal === SIGKILL || signal === signalNumber(config.stopSignal);
}

/** Before the signal, so that whoever sees the end, this engine or the next, knows whose doing it was. */
function markStopping({ table }: ContainerParts, id: string): void {
  const now = table.get(id);
  if (now === undefined || !isUp(now.state) || now.state.isStopping === true) return;
  const { name } = now.config.restartPolicy ?? noRestart;
  // Nobody asks of one without a policy, and a write less is a faster stop.
  if (name !== 'no') table.setState(id, { ...now.state, isStopping: true });
}

/** Ends a container that runs, whatever it does; one that has ended meanwhile is as good. */
export async function killAndWait(parts: ContainerParts, id: string): Promise<void> {
  const container = parts.table.find(id);
  try {
    await sendSignal(parts, container, SIGKILL);
  } catch (error) {
    if (!(error instanceof EngineError && error.code === 'conflict')) throw error;
  }
  await untilStopped(parts, id);
}

function isUpNow(container: Container | undefined): boolean {
  return container !== undefined && isUp(container.state);
}

/** Resolves when the container doesn't run, or when `signal` fires, with whether it has stopped. */
export async function untilStopped(parts: ContainerParts, id: string, signal?: AbortSignal): Promise<boolean> {
  const changes = parts.table.watch(id, signal);
  try {
    if (!isUpNow(parts.table.get(id))) return true;
    for await (const now of changes) if (!isUpNow(now)) return true;
    return true;
  } catch (error) {
    if (signal?.aborted === true) return false;
    throw error;
  } finally {
    await changes.return?.();
  }
}
