import { EngineError } from '#engine/contract/errors.ts';
import type { AttachOptions, Attachment, HeldProcess } from '#engine/runtime/runtime.ts';

import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import { refuseRestarting } from './container.ts';

export interface Attached {
  readonly attachment: Attachment;
  readonly process: HeldProcess;
  readonly tty: boolean;
}

/**
 * A client at the streams of a container's own process (`main`), or of an exec session.
 * @throws EngineError `conflict` when the container doesn't run, `not-found` for a session it hasn't.
 */
export async function attachContainer(
  parts: ContainerParts,
  ref: string,
  session: string,
  options: AttachOptions,
): Promise<Attached> {
  const container = parts.table.find(ref);
  const { process, tty } = processOf(parts, container.id, session);
  const attachment = await process.attach(options);
  if (session === 'main') publishEvent(parts, container, 'attach');
  return { attachment, process, tty };
}

/** The process behind a session that runs, or whose shim still has its last screen. */
export function processOf(parts: ContainerParts, ref: string, session: string): { process: HeldProcess; tty: boolean } {
  const { id, name, config } = parts.table.find(ref);
  if (session === 'main') {
    const process = parts.table.running(id);
    if (process === undefined) {
      refuseRestarting(parts.table.find(id));
      throw new EngineError('conflict', `The container ${name} is not running; start it to attach to it.`);
    }
    return { process, tty: config.tty };
  }
  const found = parts.table.execs.find(session);
  if (found.containerId !== id) throw new EngineError('not-found', `No such exec instance: ${session}`);
  if (found.state.status === 'created' || found.state.process === undefined) {
    throw new EngineError('conflict', `The session ${session.slice(0, 12)} of ${name} is not running.`);
  }
  return { process: found.state.process, tty: found.config.tty };
}
