import type { ContainerDetails } from '#engine/contract/container.ts';
import type { Session } from '#engine/contract/terminal.ts';

import type { ContainerParts } from './container-parts.ts';
import { isUp, type Container } from './container.ts';
import type { ExecSession } from './exec-table.ts';
import { imageShells } from './image-shells.ts';
import { summarise } from './list-containers.ts';
import { describeLog } from './log-limits.ts';
import { noRestart } from './restart-policy.ts';

/** Everything the container's page shows. */
export async function describeContainer(parts: ContainerParts, ref: string): Promise<ContainerDetails> {
  const container = parts.table.find(ref);
  const { config, state } = container;
  const error = errorOf(container);
  return {
    summary: summarise(parts, container),
    command: [...config.entrypoint, ...config.command],
    env: config.env,
    workingDir: config.workingDir,
    user: config.user,
    hostname: config.hostname,
    ...(isUp(state) ? { pid: state.pid } : {}),
    ...(error === undefined ? {} : { error }),
    oomKilled: 'oomKilled' in state && state.oomKilled,
    upperDir: parts.snapshots.upperDir(container.id),
    sessions: [...mainSession(container), ...parts.table.execs.of(container.id).flatMap(execSession)],
    log: await describeLog(parts, container),
    shells: await imageShells(parts, container),
    ...describeOptions(parts, container),
  };
}

type Options = Pick<
  ContainerDetails,
  | 'restartPolicy'
  | 'restartCount'
  | 'healthCheck'
  | 'healthLog'
  | 'memoryBytes'
  | 'pidsLimit'
  | 'limits'
  | 'isolation'
  | 'capAdd'
  | 'capDrop'
>;

function describeOptions({ table }: ContainerParts, { id, config, state }: Container): Options {
  const { restartPolicy = noRestart, healthCheck, memoryBytes, pidsLimit, limits = {}, isolation = {} } = config;
  return {
    restartPolicy,
    restartCount: ('restarts' in state ? state.restarts?.count : undefined) ?? 0,
    ...(healthCheck === undefined ? {} : { healthCheck }),
    healthLog: table.health.get(id)?.log ?? [],
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(pidsLimit === undefined ? {} : { pidsLimit }),
    limits,
    isolation,
    capAdd: config.capAdd,
    capDrop: config.capDrop,
  };
}

/** Why it could not start, or ended without its program's doing. */
export function errorOf({ state }: Container): string | undefined {
  if (state.status === 'created') return state.failure?.message;
  return 'message' in state ? state.message : undefined;
}

function mainSession({ config, state }: Container): Session[] {
  if (!('startedAt' in state)) return [];
  return [
    {
      id: 'main',
      kind: 'main',
      command: [...config.entrypoint, ...config.command],
      tty: config.tty,
      running: isUp(state),
      ...('exitCode' in state ? { exitCode: state.exitCode } : {}),
      startedAt: new Date(state.startedAt).toISOString(),
    },
  ];
}

function execSession({ id, config, state }: ExecSession): Session[] {
  if (state.status === 'created') return [];
  return [
    {
      id,
      kind: 'exec',
      command: config.command,
      tty: config.tty,
      running: state.status === 'running',
      ...(state.status === 'exited' ? { exitCode: state.exitCode } : {}),
      startedAt: new Date(state.startedAt).toISOString(),
    },
  ];
}
