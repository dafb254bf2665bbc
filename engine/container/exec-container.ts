import { randomBytes } from 'node:crypto';

import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { TerminalSize } from '#engine/contract/terminal.ts';
import type { HeldProcess } from '#engine/runtime/runtime.ts';

import { composeExecProcess } from './compose-exec-process.ts';
import { publishExec, publishExecEnd } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import { refuseRestarting, type ExecConfig } from './container.ts';
import type { ExecSession } from './exec-table.ts';
import { startFailure } from './start-failure.ts';

/** A command to run beside a container's own. */
export interface ExecCreate {
  readonly command: readonly string[];
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly env?: readonly string[] | undefined;
  readonly workingDir?: string | undefined;
  readonly user?: string | undefined;
  readonly attached?: ExecConfig['attached'] | undefined;
  readonly detachKeys?: string | undefined;
  readonly privileged?: boolean | undefined;
}

/** @throws EngineError `conflict` when the container doesn't run. */
export function createExec(parts: ContainerParts, ref: string, request: ExecCreate): { id: string } {
  const container = parts.table.find(ref);
  refuseStopped(parts, container.id);
  if (request.command.length === 0) throw new EngineError('invalid-argument', 'No exec command specified');
  const id = randomBytes(32).toString('hex');
  const config: ExecConfig = {
    command: [...request.command],
    env: [...(request.env ?? [])],
    ...(request.workingDir ? { workingDir: request.workingDir } : {}),
    ...(request.user ? { user: request.user } : {}),
    tty: request.tty,
    openStdin: request.openStdin,
    attached: request.attached ?? { stdin: request.openStdin, stdout: true, stderr: true },
    detachKeys: request.detachKeys ?? '',
    privileged: request.privileged ?? false,
  };
  parts.table.execs.add({ id, containerId: container.id, config, state: { status: 'created' } });
  publishExec(parts, container, 'exec_create', { id, command: config.command });
  return { id };
}

/**
 * Starts a session that was created. Its streams are then reached as `attachContainer(…, execId, …)`.
 * @throws EngineError `conflict` when it has started before or its container doesn't run, `invalid-argument` when the
 * command can't be run.
 */
export async function startExec(
  parts: ContainerParts,
  execId: string,
  options: { readonly size?: TerminalSize | undefined } = {},
): Promise<HeldProcess> {
  const session = parts.table.execs.find(execId);
  const running = refuseStopped(parts, session.containerId);
  const container = parts.table.find(session.containerId);
  parts.table.execs.begin(session);
  const startedAt = Date.now();
  try {
    const process = await running.exec({
      execId: session.id,
      process: await composeExecProcess(parts, container, { config: session.config, size: options.size }),
      openStdin: session.config.openStdin,
    });
    parts.table.execs.started(session, startedAt, process);
    publishExec(parts, container, 'exec_start', { id: session.id, command: session.config.command });
    superviseExec(parts, session, process);
    return process;
  } catch (thrown) {
    throw recordFailure(parts, session, toEngineError(thrown));
  }
}

/** The session as it is, ended ones for as long as their container keeps them. @throws EngineError `not-found`. */
export function inspectExec(parts: ContainerParts, execId: string): ExecSession {
  return parts.table.execs.find(execId);
}

/** Follows a session to its end, whichever engine started it. */
export function superviseExec(parts: ContainerParts, session: ExecSession, process: HeldProcess): void {
  const end = (exitCode: number): void => {
    parts.table.execs.ended(session.id, exitCode);
    const container = parts.table.get(session.containerId);
    if (container === undefined) return;
    publishExecEnd(parts, container, { id: session.id, exitCode });
  };
  process.wait().then(
    ({ exitCode }) => end(exitCode),
    () => end(137),
  );
}

function refuseStopped(parts: ContainerParts, id: string): NonNullable<ReturnType<typeof parts.table.running>> {
  const running = parts.table.running(id);
  refuseRestarting(parts.table.find(id));
  if (running === undefined) throw new EngineError('conflict', `container ${id} is not running`);
  if (parts.table.get(id)?.state.status === 'paused') {
    throw new EngineError('conflict', `Container ${id} is paused, unpause the container before exec`);
  }
  return running;
}

function recordFailure(parts: ContainerParts, session: ExecSession, thrown: EngineError): EngineError {
  const { exitCode, error } = startFailure(thrown);
  parts.table.execs.failed(session.id, exitCode);
  return error;
}
