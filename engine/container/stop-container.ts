import { EngineError } from '#engine/contract/errors.ts';

import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import type { Container } from './container.ts';
import { giveUpRestart } from './give-up-restart.ts';
import { killAndWait, sendSignal, untilStopped } from './kill-container.ts';
import { signalNumber } from './signal-number.ts';

export interface StopOptions {
  /** How long the program may take before it is killed; negative is for ever. The container's own, or 10. */
  readonly timeoutSeconds?: number | undefined;
  /** The container's own unless another is named. */
  readonly signal?: string | undefined;
}

/** Asks the program to end, and ends it when it doesn't. @throws EngineError `not-modified` when it doesn't run. */
export async function stopContainer(parts: ContainerParts, ref: string, options: StopOptions = {}): Promise<void> {
  const container = parts.table.find(ref);
  const { id, state } = container;
  if (state.status === 'restarting') {
    await parts.table.exclusively(id, () => Promise.resolve(giveUpRestart(parts, id)));
  }
  await stopRunning(parts, container, options);
}

/**
 * The same where the caller has the container exclusively.
 * @throws EngineError `not-modified` when it doesn't run.
 */
export async function stopHeld(parts: ContainerParts, ref: string, options: StopOptions = {}): Promise<void> {
  const container = parts.table.find(ref);
  giveUpRestart(parts, container.id);
  await stopRunning(parts, container, options);
}

async function stopRunning(parts: ContainerParts, container: Container, options: StopOptions): Promise<void> {
  const wasRestarting = container.state.status === 'restarting';
  if (parts.table.running(container.id) !== undefined) await stop(parts, container, options);
  else if (!wasRestarting) throw new EngineError('not-modified', `The container ${container.name} is not running.`);
  publishEvent(parts, parts.table.get(container.id) ?? container, 'stop');
}

async function stop(parts: ContainerParts, container: Container, options: StopOptions): Promise<void> {
  const { id, config } = container;
  const timeoutSeconds = options.timeoutSeconds ?? config.stopTimeoutSeconds;
  // Subscribed before the signal, so that an end at once is seen too.
  const patience = timeoutSeconds < 0 ? undefined : AbortSignal.timeout(Math.min(timeoutSeconds * 1000, 2 ** 31 - 1));
  const stopped = untilStopped(parts, id, patience);
  try {
    await sendSignal(parts, container, signalNumber(options.signal || config.stopSignal));
  } catch (error) {
    // It has ended by itself meanwhile, which is all that was wanted.
    if (!(error instanceof EngineError && error.code === 'conflict')) throw error;
  }
  if (!(await stopped)) await killAndWait(parts, id);
}
