import type { ContainerCreate } from '#engine/contract/container.ts';
import { splitShellWords } from '#renderer/ui/shell-words.ts';

import { isLogCount, isLogSize, type LogChoice, loggingOf, parseDevices, parseUlimits } from './host-options.ts';

/** A port of the machine that is to lead into the container. */
export interface PortRow {
  readonly id: number;
  /** `8080`, `127.0.0.1:8080`, `8000-8010`; empty is any free one. */
  readonly host: string;
  readonly container: string;
  readonly protocol: 'tcp' | 'udp';
}

export const restartChoices = ['no', 'always', 'unless-stopped', 'on-failure'] as const;
export type RestartChoice = (typeof restartChoices)[number];

/** What the form asks beyond the program itself; everything is text until `checkOptions` has read it. */
export interface RunOptions {
  readonly ports: readonly PortRow[];
  readonly restart: RestartChoice;
  readonly retries: string;
  readonly cpus: string;
  readonly pids: string;
  /** Run by the container's own shell. */
  readonly health: string;
  /** Seconds. */
  readonly healthInterval: string;
  readonly capAdd: string;
  readonly capDrop: string;
  readonly privileged: boolean;
  readonly init: boolean;
  readonly devices: string;
  readonly ulimits: string;
  readonly logDriver: LogChoice;
  readonly logMaxSize: string;
  readonly logMaxFile: string;
}

export const emptyOptions: RunOptions = {
  ports: [],
  restart: 'no',
  retries: '',
  cpus: '',
  pids: '',
  health: '',
  healthInterval: '',
  capAdd: '',
  capDrop: '',
  privileged: false,
  init: false,
  devices: '',
  ulimits: '',
  logDriver: 'usual',
  logMaxSize: '',
  logMaxFile: '',
};

export type OptionField =
  | 'retries'
  | 'cpus'
  | 'pids'
  | 'healthInterval'
  | 'capAdd'
  | 'capDrop'
  | 'restart'
  | 'devices'
  | 'ulimits'
  | 'logMaxSize'
  | 'logMaxFile';
export type OptionPlace = OptionField | `port-${number}`;
export type OptionProblem =
  | 'bad-port'
  | 'bad-host-port'
  | 'bad-count'
  | 'bad-cpus'
  | 'bad-seconds'
  | 'bad-capability'
  | 'restart-and-remove'
  | 'bad-device'
  | 'bad-ulimit'
  | 'bad-log-size'
  | 'bad-log-count';

export type OptionProblems = Map<OptionPlace, OptionProblem>;

const NANO = 1_000_000_000;
const HIGHEST_PORT = 65_535;

/** What is asked for, as it is sent; what has a problem is left out. */
export function checkOptions(
  options: RunOptions,
  { autoRemove }: { readonly autoRemove: boolean },
  problems: OptionProblems,
): Partial<ContainerCreate> {
  const ports = checkPorts(options.ports, problems);
  return {
    ...(ports.length === 0 ? {} : { ports }),
    ...checkRestart(options, autoRemove, problems),
    ...checkLimits(options, problems),
    ...checkHealth(options, problems),
    ...checkCapabilities('capAdd', options.capAdd, problems),
    ...checkCapabilities('capDrop', options.capDrop, problems),
    ...checkIsolation(options, problems),
    ...checkLog(options, problems),
  };
}

type PortRequest = NonNullable<ContainerCreate['ports']>[number];

function checkPorts(rows: readonly PortRow[], problems: OptionProblems): PortRequest[] {
  return rows.flatMap(({ id, host, container, protocol }) => {
    if (host.trim() === '' && container.trim() === '') return [];
    if (!isPort(container.trim())) {
      problems.set(`port-${id}`, 'bad-port');
      return [];
    }
    const { address, ports } = splitHost(host.trim());
    if (!isPortRange(ports)) {
      problems.set(`port-${id}`, 'bad-host-port');
      return [];
    }
    const place = { ...(address === '' ? {} : { hostAddress: address }), ...(ports === '' ? {} : { hostPort: ports }) };
    return [{ port: `${container.trim()}/${protocol}`, ...place }];
  });
}

/** `[::1]:80`, `127.0.0.1:80`, `80`. */
function splitHost(text: string): { readonly address: string; readonly ports: string } {
  const colon = text.lastIndexOf(':');
  if (colon === -1) return { address: '', ports: text };
  return { address: text.slice(0, colon).replace(/^\[|\]$/g, ''), ports: text.slice(colon + 1) };
}

function isPortRange(text: string): boolean {
  if (text === '') return true;
  const parts = text.split('-');
  return parts.length <= 2 && parts.every(isPort) && Number(parts[0]) <= Number(parts.at(-1));
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) <= HIGHEST_PORT;
}

function checkRestart(
  { restart, retries }: RunOptions,
  autoRemove: boolean,
  problems: OptionProblems,
): Partial<ContainerCreate> {
  if (restart === 'no') return {};
  if (autoRemove) problems.set('restart', 'restart-and-remove');
  const count = restart === 'on-failure' ? wholeNumber('retries', retries, problems) : undefined;
  return { restartPolicy: { name: restart, maximumRetries: count ?? 0 } };
}

function checkLimits({ cpus, pids }: RunOptions, problems: OptionProblems): Partial<ContainerCreate> {
  const pidsLimit = wholeNumber('pids', pids, problems);
  const amount = Number(cpus.trim());
  const isGiven = cpus.trim() !== '';
  if (isGiven && !(amount > 0)) problems.set('cpus', 'bad-cpus');
  return {
    ...(pidsLimit === undefined ? {} : { pidsLimit }),
    ...(isGiven && amount > 0 ? { limits: { nanoCpus: Math.round(amount * NANO) } } : {}),
  };
}

function checkHealth({ health, healthInterval }: RunOptions, problems: OptionProblems): Partial<ContainerCreate> {
  const isGiven = healthInterval.trim() !== '';
  const seconds = Number(healthInterval.trim());
  if (isGiven && !(seconds > 0)) problems.set('healthInterval', 'bad-seconds');
  if (health.trim() === '') return {};
  return {
    healthCheck: {
      test: ['CMD-SHELL', health.trim()],
      ...(isGiven && seconds > 0 ? { interval: Math.round(seconds * NANO) } : {}),
    },
  };
}

function checkCapabilities(
  place: 'capAdd' | 'capDrop',
  text: string,
  problems: OptionProblems,
): Partial<ContainerCreate> {
  const names = (splitShellWords(text.replaceAll(',', ' ')).words ?? []).map((name) => name.toUpperCase());
  if (names.length === 0) return {};
  if (!names.every((name) => /^[A-Z_]+$/.test(name))) {
    problems.set(place, 'bad-capability');
    return {};
  }
  return { [place]: names };
}

function checkIsolation(options: RunOptions, problems: OptionProblems): Partial<ContainerCreate> {
  const devices = parseDevices(options.devices);
  const ulimits = parseUlimits(options.ulimits);
  if (devices === undefined) problems.set('devices', 'bad-device');
  if (ulimits === undefined) problems.set('ulimits', 'bad-ulimit');
  const isolation = {
    ...(options.privileged ? { privileged: true } : {}),
    ...(options.init ? { init: true } : {}),
    ...(devices === undefined || devices.length === 0 ? {} : { devices: [...devices] }),
    ...(ulimits === undefined || ulimits.length === 0 ? {} : { ulimits: [...ulimits] }),
  };
  return Object.keys(isolation).length === 0 ? {} : { isolation };
}

function checkLog(
  { logDriver, logMaxSize, logMaxFile }: RunOptions,
  problems: OptionProblems,
): Pick<ContainerCreate, 'logging'> {
  const [maxSize, maxFile] = [logMaxSize.trim(), logMaxFile.trim()];
  const isKept = logDriver !== 'none';
  if (isKept && maxSize !== '' && !isLogSize(maxSize)) problems.set('logMaxSize', 'bad-log-size');
  if (isKept && maxFile !== '' && !isLogCount(maxFile)) problems.set('logMaxFile', 'bad-log-count');
  return loggingOf(logDriver, { maxSize, maxFile });
}

function wholeNumber(place: 'retries' | 'pids', text: string, problems: OptionProblems): number | undefined {
  if (text.trim() === '') return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text.trim());
  problems.set(place, 'bad-count');
  return undefined;
}
