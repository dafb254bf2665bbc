import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { attachContainer } from '#engine/container/attach-container.ts';
import { publishEvent } from '#engine/container/container-events.ts';
import type { ContainerParts } from '#engine/container/container-parts.ts';
import type { ExecSession } from '#engine/container/exec-table.ts';
import { createExec, inspectExec, startExec } from '#engine/container/exec-container.ts';
import { resizeContainer } from '#engine/container/resize-container.ts';
import { parseDetachKeys } from '#engine/contract/detach-keys.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { TerminalSize } from '#engine/contract/terminal.ts';

import type { Routes } from './context.ts';
import { parseInput } from './failures.ts';
import { hijack, type HijackedConnection } from './hijack.ts';
import { consoleSize, sizeQuery, strings } from './query.ts';
import { partsFor, streamTypeOf } from './raw-stream.ts';
import { relayStreams } from './relay-streams.ts';

interface ById {
  Params: { id: string };
}

const execBody = z.object({
  AttachStdin: z.boolean().nullish(),
  AttachStdout: z.boolean().nullish(),
  AttachStderr: z.boolean().nullish(),
  DetachKeys: z.string().nullish(),
  Tty: z.boolean().nullish(),
  Env: strings,
  Cmd: strings,
  Privileged: z.boolean().nullish(),
  User: z.string().nullish(),
  WorkingDir: z.string().nullish(),
});

const startBody = z
  .object({ Detach: z.boolean().nullish(), Tty: z.boolean().nullish(), ConsoleSize: consoleSize })
  .nullish();

export const execRoutes: Routes = (app, { engine }) => {
  const { containers } = engine;
  app.post<ById>('/containers/:id/exec', ({ params, body }, reply) => {
    const made = create(containers, params.id, parseInput(execBody, body));
    return reply.code(201).send({ Id: made.id });
  });
  app.post<ById>('/exec/:id/start', async (request, reply) => {
    const { Detach, ConsoleSize: size } = parseInput(startBody, request.body) ?? {};
    const session = inspectExec(containers, request.params.id);
    if (Detach === true) await startDetached(containers, session, size);
    else await startAttached(containers, { session, size, connect: connectorOf(request, reply, session) });
    return Detach === true ? reply.send() : reply;
  });
  app.post<ById>('/exec/:id/resize', async ({ params, query }, reply) => {
    const session = inspectExec(containers, params.id);
    await resizeContainer(containers, session.containerId, session.id, parseInput(sizeQuery, query));
    return reply.send();
  });
  app.get<ById>('/exec/:id/json', ({ params }) => inspected(inspectExec(containers, params.id)));
};

function create(containers: ContainerParts, id: string, body: z.infer<typeof execBody>): { id: string } {
  const openStdin = body.AttachStdin ?? false;
  return createExec(containers, id, {
    command: body.Cmd ?? [],
    tty: body.Tty ?? false,
    openStdin,
    env: body.Env,
    workingDir: body.WorkingDir ?? undefined,
    user: body.User ?? undefined,
    attached: { stdin: openStdin, stdout: body.AttachStdout ?? false, stderr: body.AttachStderr ?? false },
    detachKeys: body.DetachKeys ?? undefined,
    privileged: body.Privileged ?? false,
  });
}

async function startDetached(
  containers: ContainerParts,
  { id, containerId }: ExecSession,
  size: TerminalSize | undefined,
): Promise<void> {
  await startExec(containers, id, { size });
  const { attachment } = await attachContainer(containers, containerId, id, { replay: true, stdin: false });
  // It waited for somebody to read; from here on it goes on without.
  await attachment[Symbol.asyncDispose]();
}

interface AttachedStart {
  readonly session: ExecSession;
  readonly size: TerminalSize | undefined;
  readonly connect: () => HijackedConnection;
}

function connectorOf(request: FastifyRequest, reply: FastifyReply, { config }: ExecSession): () => HijackedConnection {
  return () => hijack(request, reply, streamTypeOf(request, config.tty));
}

async function startAttached(containers: ContainerParts, { session, size, connect }: AttachedStart): Promise<void> {
  const { id, containerId, config } = session;
  const detachKeys = parseDetachKeys(config.detachKeys);
  const started = await startExec(containers, id, { size }).catch(toEngineError);
  if (started instanceof EngineError) {
    if (started.code === 'conflict') throw started;
    // Docker's clients read it where they would read output, and ask for the exit code next.
    await using connection = connect();
    await connection.write(partsFor(config.tty)({ stream: 'stderr', bytes: Buffer.from(`${started.message}\r\n`) }));
    return;
  }
  const { stdin } = config.attached;
  const { attachment } = await attachContainer(containers, containerId, id, { replay: true, stdin });
  await using client = attachment;
  await using connection = connect();
  const ending = await relayStreams(connection, client, { ...config.attached, tty: config.tty, detachKeys });
  // Clients ask for the exit code once the connection is closed: by then it has to be known.
  if (ending === 'ended') await started.wait();
  const container = containers.table.get(containerId);
  if (ending === 'detached' && container !== undefined)
    publishEvent(containers, container, 'exec_detach', { execID: id });
}

/** `ExecInspectResponse` of the Docker Engine API. */
function inspected({ id, containerId, config, state }: ExecSession): Record<string, unknown> {
  const [entrypoint = '', ...rest] = config.command;
  return {
    ID: id,
    ContainerID: containerId,
    Running: state.status === 'running',
    ExitCode: state.status === 'exited' ? state.exitCode : null,
    CanRemove: false,
    DetachKeys: config.detachKeys,
    OpenStdin: config.openStdin,
    OpenStdout: config.attached.stdout,
    OpenStderr: config.attached.stderr,
    Pid: state.status === 'running' ? state.process.pid : 0,
    ProcessConfig: {
      tty: config.tty,
      entrypoint,
      arguments: rest,
      privileged: config.privileged,
      user: config.user ?? '',
    },
  };
}
