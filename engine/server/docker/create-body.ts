import { z } from 'zod';

import type { CreateRequest } from '#engine/container/create-request.ts';

import { healthBody } from './health-body.ts';
import { isolationFields, isolationOf, loggingOf } from './isolation-body.ts';
import { limitFields, limitsOf } from './limits-body.ts';
import { endpointBody, endpointsOf, portBindings } from './network-body.ts';
import { mountBody, mountsOf } from './mount-body.ts';
import { consoleSize, strings } from './query.ts';

/** A command as one string, or as words. */
const words = z
  .union([z.string(), z.array(z.string())])
  .nullish()
  .transform((value) => (typeof value === 'string' ? [value] : (value ?? undefined)));

const flagField = z.boolean().nullish();
const textField = z.string().nullish();
const numberField = z.int().nullish();
const list = z.array(z.unknown()).nullish();
const set = z.record(z.string(), z.unknown()).nullish();

/** `RestartPolicy` of the Docker Engine API. */
export const restartPolicyBody = z
  .object({ Name: textField, MaximumRetryCount: numberField })
  .transform(({ Name, MaximumRetryCount }) => ({ name: Name ?? '', maximumRetries: MaximumRetryCount ?? 0 }));

const hostConfig = z.object({
  AutoRemove: flagField,
  Binds: strings,
  CapAdd: strings,
  CapDrop: strings,
  ConsoleSize: consoleSize,
  Memory: numberField,
  Mounts: z.array(mountBody).nullish(),
  NetworkMode: textField,
  PidsLimit: numberField,
  ReadonlyRootfs: flagField,
  RestartPolicy: restartPolicyBody.nullish(),
  Tmpfs: z.record(z.string(), z.string()).nullish(),
  VolumesFrom: strings,
  ExtraHosts: strings,
  Dns: strings,
  DnsSearch: strings,
  DnsOptions: strings,
  Links: strings,
  GroupAdd: strings,
  ShmSize: numberField,
  Runtime: textField,
  // What a container can't be given yet is looked at, so that it can be refused.
  PortBindings: portBindings,
  PublishAllPorts: flagField,
  DeviceRequests: list,
  CgroupParent: textField,
  StorageOpt: set,
  ...limitFields,
  ...isolationFields,
});
type HostConfig = z.infer<typeof hostConfig>;

export const createBody = z.object({
  Image: z.string(),
  Hostname: textField,
  Domainname: textField,
  User: textField,
  AttachStdin: flagField,
  AttachStdout: flagField,
  AttachStderr: flagField,
  ExposedPorts: set,
  Tty: flagField,
  OpenStdin: flagField,
  StdinOnce: flagField,
  Env: strings,
  Cmd: words,
  Entrypoint: words,
  WorkingDir: textField,
  Labels: z.record(z.string(), z.string()).nullish(),
  StopSignal: textField,
  StopTimeout: numberField,
  Healthcheck: healthBody,
  Volumes: set,
  NetworkDisabled: flagField,
  HostConfig: hostConfig.nullish(),
  MacAddress: textField,
  NetworkingConfig: z.object({ EndpointsConfig: z.record(z.string(), endpointBody.nullish()).nullish() }).nullish(),
});
type CreateBody = z.infer<typeof createBody>;

/** What a client asks for, in the engine's own words. @throws EngineError `invalid-argument`. */
export function requestOf(body: CreateBody): CreateRequest {
  const host: Partial<HostConfig> = body.HostConfig ?? {};
  const given = <T>(value: T | null | undefined): T | undefined => value ?? undefined;
  return {
    image: body.Image,
    entrypoint: body.Entrypoint,
    command: body.Cmd,
    env: body.Env,
    workingDir: given(body.WorkingDir),
    user: given(body.User),
    hostname: given(body.Hostname),
    domainname: given(body.Domainname),
    labels: given(body.Labels),
    tty: body.Tty ?? false,
    openStdin: body.OpenStdin ?? false,
    stdinOnce: given(body.StdinOnce),
    attached: attachedOf(body),
    exposedPorts: Object.keys(body.ExposedPorts ?? {}),
    stopSignal: given(body.StopSignal),
    stopTimeoutSeconds: given(body.StopTimeout),
    autoRemove: given(host.AutoRemove),
    network: body.NetworkDisabled === true ? 'none' : given(host.NetworkMode),
    endpoints: endpointsOf(body.NetworkingConfig?.EndpointsConfig),
    links: host.Links,
    ports: host.PortBindings,
    publishAllPorts: given(host.PublishAllPorts),
    hardwareAddress: given(body.MacAddress),
    dns: { servers: host.Dns ?? [], search: host.DnsSearch ?? [], options: host.DnsOptions ?? [] },
    readOnlyRootfs: given(host.ReadonlyRootfs),
    binds: host.Binds,
    ...mountsOf(host.Mounts ?? [], host.Tmpfs),
    volumes: Object.keys(body.Volumes ?? {}),
    volumesFrom: host.VolumesFrom,
    capAdd: host.CapAdd,
    capDrop: host.CapDrop,
    memoryBytes: given(host.Memory),
    pidsLimit: given(host.PidsLimit),
    limits: limitsOf(host),
    isolation: isolationOf(host),
    logging: loggingOf(host),
    groupAdd: host.GroupAdd,
    extraHosts: host.ExtraHosts,
    cgroupParent: given(host.CgroupParent),
    shmSizeBytes: given(host.ShmSize),
    runtime: given(host.Runtime),
    consoleSize: host.ConsoleSize,
    restartPolicy: given(host.RestartPolicy),
    healthCheck: given(body.Healthcheck),
    refused: refusedIn(host),
  };
}

function attachedOf({ AttachStdin, AttachStdout, AttachStderr }: CreateBody): NonNullable<CreateRequest['attached']> {
  return { stdin: AttachStdin ?? false, stdout: AttachStdout ?? false, stderr: AttachStderr ?? false };
}

/** What would silently not be done, by the option people wrote. */
function refusedIn(host: Partial<HostConfig>): string[] {
  const isOther = (value: string | null | undefined, ...usual: string[]): boolean => !!value && !usual.includes(value);
  const options: readonly (readonly [string, boolean])[] = [
    ['--gpus', isAny(host.DeviceRequests)],
    ['--storage-opt', isAny(host.StorageOpt)],
    ['--isolation', isOther(host.Isolation, 'default')],
  ];
  return options.filter(([, isGiven]) => isGiven).map(([option]) => option);
}

function isAny(value: readonly unknown[] | Readonly<Record<string, unknown>> | null | undefined): boolean {
  return Object.keys(value ?? {}).length > 0;
}
