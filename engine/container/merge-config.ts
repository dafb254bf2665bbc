import { isIP } from 'node:net';
import { hostname } from 'node:os';

import { EngineError } from '#engine/contract/errors.ts';
import type { ImageConfig, RunConfig } from '#engine/oci/image-config.ts';

import { capabilityName } from './capability-name.ts';
import { checkCgroupParent } from './cgroups-path.ts';
import type { ContainerConfig } from './container.ts';
import type { CreateRequest } from './create-request.ts';
import { mergeHealthCheck } from './health-check.ts';
import { checkLimits } from './resource-limits.ts';
import { parseRestartPolicy } from './restart-policy.ts';
import { parsePort, parsePortRequest } from './port-wishes.ts';
import { nameOf } from './env-name.ts';
import { isSignal, signalNumber } from './signal-number.ts';

/** Docker's, in seconds. */
const STOP_TIMEOUT = 10;

/** Docker's, in bytes: with less no program gets as far as saying why it can't begin. */
const LEAST_MEMORY = 6 * 1024 * 1024;

/** What was asked for over what the image says, by Docker's rules. @throws EngineError `invalid-argument`. */
export function mergeConfig(
  request: CreateRequest,
  image: ImageConfig,
  id: string,
): Omit<ContainerConfig, 'mounts' | 'network' | 'networks'> {
  const defaults = image.config;
  return {
    image: request.image,
    ...mergeCommand(request, defaults),
    ...mergeIdentity(request, defaults, id),
    ...mergeStop(request, defaults),
    ...streamsOf(request),
    ...limitsOf(request),
    ...additionsOf(request),
    ...restartOf(request),
    ...healthOf(request, defaults),
    ...(request.logging === undefined ? {} : { logging: request.logging }),
    env: mergeEnv(request.env ?? [], defaults.env),
    workingDir: absolute(request.workingDir || defaults.workingDir || '/'),
    autoRemove: request.autoRemove ?? false,
    ...dnsOf(request),
    ...portsOf(request, defaults),
  };
}

/** An entrypoint of the request's own goes without the image's command; a command alone keeps the image's entrypoint. */
function mergeCommand(request: CreateRequest, image: RunConfig): Pick<ContainerConfig, 'entrypoint' | 'command'> {
  const asked = request.command ?? [];
  const own = ownEntrypoint(request);
  const entrypoint = own ?? image.entrypoint ?? [];
  const command = asked.length > 0 || own !== undefined ? asked : (image.cmd ?? []);
  if (entrypoint.length + command.length === 0) {
    throw new EngineError(
      'invalid-argument',
      `no command specified: the image ${request.image} names none, so say what to run.`,
    );
  }
  refuseZeros([...entrypoint, ...command], 'command');
  return { entrypoint: [...entrypoint], command: [...command] };
}

/** Undefined where the image's counts: one that is empty asks for nothing, `['']` for none. */
function ownEntrypoint({ entrypoint = [] }: CreateRequest): readonly string[] | undefined {
  if (entrypoint.length === 0) return undefined;
  return entrypoint.length === 1 && entrypoint[0] === '' ? [] : entrypoint;
}

function mergeIdentity(
  request: CreateRequest,
  image: RunConfig,
  id: string,
): Pick<ContainerConfig, 'user' | 'hostname' | 'domainname' | 'labels'> {
  return {
    user: request.user || image.user,
    hostname: sharesName(request) ? request.hostname || hostname() : request.hostname || id.slice(0, 12),
    domainname: request.domainname ?? '',
    labels: { ...image.labels, ...request.labels },
  };
}

function sharesName({ network, isolation, hostname: own }: CreateRequest): boolean {
  if (isolation?.uts !== 'host') return network === 'host';
  if (own) throw new EngineError('invalid-argument', 'conflicting options: hostname and the UTS mode');
  return true;
}

/** A signal that an image names and nobody knows is as good as none; one that was asked for is refused. */
function mergeStop(
  { stopSignal, stopTimeoutSeconds = STOP_TIMEOUT }: CreateRequest,
  image: RunConfig,
): Pick<ContainerConfig, 'stopSignal' | 'stopTimeoutSeconds'> {
  if (stopSignal) signalNumber(stopSignal);
  const inherited = image.stopSignal !== undefined && isSignal(image.stopSignal) ? image.stopSignal : 'SIGTERM';
  return { stopSignal: stopSignal || inherited, stopTimeoutSeconds };
}

function streamsOf({
  tty,
  openStdin,
  stdinOnce = false,
  attached = { stdin: false, stdout: false, stderr: false },
  consoleSize,
}: CreateRequest): Pick<ContainerConfig, 'tty' | 'openStdin' | 'stdinOnce' | 'attached' | 'consoleSize'> {
  return { tty, openStdin, stdinOnce, attached, ...(consoleSize === undefined ? {} : { consoleSize }) };
}

function limitsOf({
  readOnlyRootfs = false,
  capAdd = [],
  capDrop = [],
  memoryBytes = 0,
  pidsLimit = 0,
  limits = {},
}: CreateRequest): Pick<
  ContainerConfig,
  'readOnlyRootfs' | 'capAdd' | 'capDrop' | 'memoryBytes' | 'pidsLimit' | 'limits'
> {
  checkLimits(limits, memoryBytes);
  return {
    readOnlyRootfs,
    capAdd: capAdd.map(capabilityName),
    capDrop: capDrop.map(capabilityName),
    ...(memoryBytes > 0 ? { memoryBytes: enoughMemory(memoryBytes) } : {}),
    ...(pidsLimit > 0 ? { pidsLimit } : {}),
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
  };
}

/** What goes with its end can't come back. */
function restartOf({
  restartPolicy: asked,
  autoRemove = false,
}: CreateRequest): Pick<ContainerConfig, 'restartPolicy'> {
  const policy = parseRestartPolicy(asked?.name, asked?.maximumRetries);
  if (policy.name === 'no') return {};
  if (autoRemove) throw new EngineError('invalid-argument', "can't create 'AutoRemove' container with restart policy");
  return { restartPolicy: policy };
}

function healthOf({ healthCheck }: CreateRequest, image: RunConfig): Pick<ContainerConfig, 'healthCheck' | 'shell'> {
  const merged = mergeHealthCheck(healthCheck, image.healthcheck);
  if (merged === undefined) return {};
  return { healthCheck: merged, ...(image.shell === undefined ? {} : { shell: [...image.shell] }) };
}

/** What is only there when it was asked for. */
function additionsOf({
  groupAdd = [],
  extraHosts = [],
  shmSizeBytes = 0,
  cgroupParent = '',
}: CreateRequest): Pick<ContainerConfig, 'groupAdd' | 'extraHosts' | 'shmSizeBytes' | 'cgroupParent'> {
  if (shmSizeBytes < 0) throw new EngineError('invalid-argument', 'SHM size can not be less than 0');
  return {
    ...(groupAdd.length > 0 ? { groupAdd: [...groupAdd] } : {}),
    ...(extraHosts.length > 0 ? { extraHosts: extraHosts.map(checkHost) } : {}),
    ...(shmSizeBytes > 0 ? { shmSizeBytes } : {}),
    ...(cgroupParent === '' ? {} : { cgroupParent: checkCgroupParent(cgroupParent) }),
  };
}

/** `name:address`; of IPv6 also in brackets. */
function checkHost(text: string): string {
  const [, name, address = ''] = /^([^\s:]+):\[?([^\s\]]+)\]?$/.exec(text) ?? [];
  if (name !== undefined && (isIP(address) !== 0 || address === 'host-gateway')) return `${name}:${address}`;
  throw new EngineError('invalid-argument', `invalid IP address in add-host: "${text}"`);
}

/** The request's first, then what it leaves of the image's. */
export function mergeEnv(asked: readonly string[], image: readonly string[]): string[] {
  refuseZeros(asked, 'environment');
  for (const entry of asked) {
    if (entry.startsWith('=') || entry === '')
      throw new EngineError('invalid-argument', `invalid environment variable: "${entry}" has no name`);
  }
  const names = new Set(asked.map(nameOf));
  return [...asked.filter((entry) => entry.includes('=')), ...image.filter((entry) => !names.has(nameOf(entry)))];
}

function refuseZeros(texts: readonly string[], what: string): void {
  if (!texts.some((text) => text.includes('\0'))) return;
  throw new EngineError('invalid-argument', `The ${what} holds a zero byte, which no program can be given.`);
}

function absolute(path: string): string {
  if (path.startsWith('/') && !path.includes('\0')) return path;
  throw new EngineError(
    'invalid-argument',
    `the working directory '${path}' is invalid, it needs to be an absolute path`,
  );
}

/** @throws EngineError `invalid-argument` */
export function enoughMemory(bytes: number): number {
  if (bytes >= LEAST_MEMORY) return bytes;
  throw new EngineError('invalid-argument', 'Minimum memory limit allowed is 6MB');
}

/** What is published is exposed, too. */
function portsOf(
  { exposedPorts = [], ports = [], publishAllPorts = false }: CreateRequest,
  image: RunConfig,
): Pick<ContainerConfig, 'exposedPorts' | 'ports' | 'publishAllPorts'> {
  const asked = ports.map(parsePortRequest);
  const exposed = [...image.exposedPorts, ...exposedPorts].map(parsePort);
  const all = [...exposed, ...asked.map(({ containerPort, protocol }) => ({ number: containerPort, protocol }))];
  return {
    exposedPorts: [...new Set(all.map(({ number, protocol }) => `${number}/${protocol}`))],
    ...(asked.length > 0 ? { ports: asked } : {}),
    ...(publishAllPorts ? { publishAllPorts } : {}),
  };
}

function dnsOf({ dns }: CreateRequest): Pick<ContainerConfig, 'dns'> {
  if (dns === undefined || dns.servers.length + dns.search.length + dns.options.length === 0) return {};
  const unknown = dns.servers.find((server) => isIP(server) === 0);
  if (unknown === undefined) return { dns };
  throw new EngineError('invalid-argument', `invalid IP address in DNS: "${unknown}" is not an ip address`);
}
