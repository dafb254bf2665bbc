import { z } from 'zod';

import { healthCheck, isolation, resourceLimits, restartPolicy } from '#engine/contract/container-options.ts';
import { digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { containerMount } from './container-mount.ts';
import { networkFields } from './container-network.ts';
import { logging } from './logging.ts';
import { restarts } from './restart-policy.ts';

/** What a container was created with, the image's own defaults already merged in. Only its limits ever change. */
export const containerConfig = z.object({
  /** As it was asked for: `redis:4`, an id. */
  image: z.string(),
  entrypoint: z.array(z.string()),
  command: z.array(z.string()),
  /** Of the request and the image; what every container gets besides is added at start. */
  env: z.array(z.string()),
  workingDir: z.string(),
  /** `user[:group]`, names or numbers; empty is root. */
  user: z.string(),
  hostname: z.string(),
  domainname: z.string(),
  labels: z.record(z.string(), z.string()),
  tty: z.boolean(),
  openStdin: z.boolean(),
  stdinOnce: z.boolean(),
  /** What the creating client wanted to attach to; Docker's clients ask for it later. */
  attached: z.object({ stdin: z.boolean(), stdout: z.boolean(), stderr: z.boolean() }),
  autoRemove: z.boolean(),
  ...networkFields,
  mounts: z.array(containerMount),
  readOnlyRootfs: z.boolean(),
  /** Names as in capabilities(7), or `ALL`. */
  capAdd: z.array(z.string()),
  capDrop: z.array(z.string()),
  memoryBytes: z.int().optional(),
  pidsLimit: z.int().optional(),
  /** Names or numbers, beside the user's own. */
  groupAdd: z.array(z.string()).optional(),
  /** `name:address`, for the container's /etc/hosts. */
  extraHosts: z.array(z.string()).optional(),
  /** Of a row from before there was a choice: this engine's own. */
  runtime: z.string().optional(),
  /** What its control groups are made in; the engine's own place unless asked for. */
  cgroupParent: z.string().optional(),
  /** Of /dev/shm. */
  shmSizeBytes: z.int().optional(),
  /** A number or a name: `SIGTERM`, `15`. */
  stopSignal: z.string(),
  stopTimeoutSeconds: z.int(),
  exposedPorts: z.array(z.string()),
  consoleSize: z.object({ columns: z.int(), rows: z.int() }).optional(),
  limits: resourceLimits.optional(),
  isolation: isolation.optional(),
  logging: logging.optional(),
  restartPolicy: restartPolicy.optional(),
  healthCheck: healthCheck.optional(),
  /** What the image's own commands are run by. */
  shell: z.array(z.string()).optional(),
});
export type ContainerConfig = z.infer<typeof containerConfig>;

const up = {
  startedAt: z.int(),
  pid: z.int(),
  /** Of the kernel it runs on: after a reboot nothing of it is left. */
  bootId: z.string().optional(),
  restarts: restarts.optional(),
  /** Somebody has asked it to end: its policy has no say when it does. */
  isStopping: z.boolean().optional(),
};

const ended = {
  startedAt: z.int(),
  finishedAt: z.int(),
  exitCode: z.int(),
  oomKilled: z.boolean(),
  /** Why it ended, when that wasn't the program's own doing. */
  message: z.string().optional(),
};

/** A fact that belongs to one state is only there. Times are unix milliseconds. */
export const containerState = z.discriminatedUnion('status', [
  /** `failure`: what the last attempt to start it said, with Docker's exit code for it. */
  z.object({
    status: z.literal('created'),
    failure: z.object({ exitCode: z.int(), message: z.string() }).optional(),
  }),
  z.object({ status: z.literal('running'), ...up }),
  /** Its processes are there, and stand still. */
  z.object({ status: z.literal('paused'), ...up }),
  /** It has ended, and its policy starts it again `restarts.delayMs` after that. */
  z.object({ status: z.literal('restarting'), ...ended, restarts }),
  z.object({
    status: z.literal('exited'),
    ...ended,
    restarts: restarts.optional(),
    wasStoppedByHand: z.boolean().optional(),
    /** It has come back from the trash: what goes with its end goes with its next one. */
    isRestored: z.boolean().optional(),
  }),
  /** What is left of it is being removed; nothing but removing it again can be done with it. */
  z.object({ status: z.literal('removing'), exitCode: z.int(), withVolumes: z.boolean().optional() }),
]);
export type ContainerState = z.infer<typeof containerState>;

export const container = z.object({
  /** 64 hex digits. */
  id: z.string(),
  /** Without the leading slash. */
  name: z.string(),
  imageId: digest,
  /** Unix milliseconds. */
  createdAt: z.int(),
  config: containerConfig,
  state: containerState,
});
/** A container as it stands: a value, replaced in the table by each change. */
export type Container = Readonly<z.infer<typeof container>>;

/** A container whose program has neither ended nor is still to begin. */
export function isUp(
  state: ContainerState,
): state is Extract<ContainerState, { readonly status: 'running' | 'paused' }> {
  return state.status === 'running' || state.status === 'paused';
}

/** A container that runs, or will again without anybody's doing. */
export function isActive(
  state: ContainerState,
): state is Extract<ContainerState, { readonly status: 'running' | 'paused' | 'restarting' }> {
  return isUp(state) || state.status === 'restarting';
}

/** @throws EngineError `conflict`: there is no process yet to do anything with. */
export function refuseRestarting({ id, state }: Container): void {
  if (state.status !== 'restarting') return;
  throw new EngineError('conflict', `Container ${id} is restarting, wait until the container is running`);
}

/** A command to run beside the container's own. */
export const execConfig = z.object({
  command: z.array(z.string()),
  env: z.array(z.string()),
  workingDir: z.string().optional(),
  user: z.string().optional(),
  tty: z.boolean(),
  openStdin: z.boolean(),
  attached: z.object({ stdin: z.boolean(), stdout: z.boolean(), stderr: z.boolean() }),
  detachKeys: z.string(),
  privileged: z.boolean(),
});
export type ExecConfig = z.infer<typeof execConfig>;

/** The exit code that stands for a container as it is: of one that never ran, 0. */
export function exitCodeOf(state: ContainerState): number {
  switch (state.status) {
    case 'created':
      return state.failure?.exitCode ?? 0;
    case 'running':
    case 'paused':
      return 0;
    case 'restarting':
    case 'exited':
    case 'removing':
      return state.exitCode;
  }
}
