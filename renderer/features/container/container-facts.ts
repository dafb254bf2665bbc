import type { ContainerDetails } from '#engine/contract/container.ts';
import type { ContainerUsage } from '#engine/contract/stats.ts';
import type { Format } from '#renderer/i18n/format.ts';
import type { Translate } from '#renderer/i18n/translate.ts';
import type { Fact } from '#renderer/ui/facts.tsx';
import { joinShellWords } from '#renderer/ui/shell-words.ts';

interface Words {
  readonly t: Translate;
  readonly format: Format;
}

const NANO = 1_000_000_000;
/** Names of variables whose values nobody should read over a shoulder. */
const SECRET =
  /pass(word|wd|phrase)?|secret|token|credential|(api|access|private|auth|signing|encryption)_?key|_pwd|dsn/i;

/** One variable of the environment. */
export function envFact(line: string): Fact {
  const equals = line.indexOf('=');
  if (equals === -1) return { name: line, value: '' };
  const name = line.slice(0, equals);
  return { name, value: line.slice(equals + 1), isCode: true, ...(SECRET.test(name) ? { isSecret: true } : {}) };
}

/** What it may have of the machine, and what it has at the moment. */
export function limitFacts(
  { memoryBytes, pidsLimit = 0, limits, summary }: ContainerDetails,
  usage: ContainerUsage | undefined,
  { t, format }: Words,
): readonly Fact[] {
  const last = summary.State === 'running' ? usage?.samples.at(-1) : undefined;
  const fact = (name: string, use: Use): Fact => ({ name, value: wordsOf(use, t) });
  return [
    fact(t('container.memory'), { used: last?.memoryBytes, limit: memoryBytes, say: format.bytes }),
    fact(t('container.cpus'), { used: last?.cpus, limit: cpusOf(limits), say: format.percent }),
    fact(t('container.pidsLimit'), { used: last?.processes, limit: pidsLimit, say: format.count }),
    ...rareLimits(limits, { t, format }),
  ];
}

/** How large its log is, and may be. */
export function logFact({ log }: Pick<ContainerDetails, 'log'>, { t, format }: Words): Fact {
  const { bytes, limits } = log;
  const used = format.bytes(bytes);
  const words = (): string => {
    if (limits === undefined) return t('container.logNone');
    if (limits.maxBytes === 0) return t('container.logEndless', { used });
    const limit = format.bytes(limits.maxBytes * limits.maxFiles);
    return t('container.logLimited', { used, limit, files: limits.maxFiles });
  };
  return { name: t('container.log'), value: words() };
}

interface Use {
  readonly used: number | undefined;
  /** None, 0 and less is no limit. */
  readonly limit: number | undefined;
  readonly say: (value: number) => string;
}

function wordsOf({ used, limit = 0, say }: Use, t: Translate): string {
  const most = limit > 0 ? say(limit) : undefined;
  if (used === undefined) return most ?? t('container.unlimited');
  if (most === undefined) return t('container.noLimit', { used: say(used) });
  return t('container.used', { used: say(used), limit: most });
}

/** Told only where they are set. */
function rareLimits({ memorySwap = 0, cpusetCpus = '', cpuShares = 0 }: Limits, { t, format }: Words): readonly Fact[] {
  return [
    ...(memorySwap > 0 ? [{ name: t('container.swap'), value: format.bytes(memorySwap) }] : []),
    ...(cpusetCpus === '' ? [] : [{ name: t('container.cpuset'), value: cpusetCpus }]),
    ...(cpuShares > 0 ? [{ name: t('container.shares'), value: format.count(cpuShares) }] : []),
  ];
}

type Limits = ContainerDetails['limits'];

function cpusOf({ nanoCpus = 0, cpuQuota = 0, cpuPeriod = 0 }: Limits): number | undefined {
  if (nanoCpus > 0) return nanoCpus / NANO;
  return cpuQuota > 0 ? cpuQuota / (cpuPeriod > 0 ? cpuPeriod : 100_000) : undefined;
}

/** Whether it comes back, and whether it is well. */
export function lifeFacts(details: ContainerDetails, { t, format }: Words): readonly Fact[] {
  const { restartPolicy, restartCount, summary, healthCheck, healthLog } = details;
  const last = healthLog.at(-1);
  const policy = t(`container.restart.${restartPolicy.name}`, { count: restartPolicy.maximumRetries });
  const health: readonly Fact[] =
    summary.health === undefined
      ? [{ name: t('container.health'), value: '' }]
      : [
          { name: t('container.health'), value: t(`container.health.${summary.health}`) },
          { name: t('container.healthCommand'), value: healthCommand(healthCheck?.test ?? []), isCode: true },
        ];
  const answer = last && t('container.healthAnswer', { code: last.exitCode, time: format.clock(last.endedAt) });
  return [
    { name: t('container.whenEnded'), value: policy },
    { name: t('container.restarts'), value: format.count(restartCount) },
    ...health,
    ...(last === undefined || answer === undefined
      ? []
      : [
          {
            name: t('container.healthLast'),
            value: last.output.trim() === '' ? answer : last.output.trim(),
            note: answer,
          },
        ]),
  ];
}

function healthCommand([kind = '', ...words]: readonly string[]): string {
  return kind === 'CMD-SHELL' ? words.join(' ') : joinShellWords(words);
}

/** What it may do to the machine. */
export function isolationFacts(details: ContainerDetails, { t, format }: Words): readonly Fact[] {
  const { isolation, capAdd, capDrop } = details;
  const { privileged = false, securityOptions = [], devices = [], ulimits = [] } = isolation;
  const shared = (['ipc', 'pid', 'uts'] as const).flatMap((name) => {
    const how = isolation[name];
    return how === undefined || how === '' || how === 'private' ? [] : [`${name}: ${how}`];
  });
  const list = (name: string, values: readonly string[]): readonly Fact[] =>
    values.length === 0 ? [] : [{ name, value: format.list(values) }];
  return [
    { name: t('container.privileged'), value: t(privileged ? 'container.privilegedYes' : 'container.privilegedNo') },
    ...list(t('container.capAdd'), capAdd),
    ...list(t('container.capDrop'), capDrop),
    ...list(t('container.securityOptions'), securityOptions),
    ...list(t('container.shared'), shared),
    ...list(
      t('container.devices'),
      devices.map(({ pathInContainer, permissions }) => `${pathInContainer} (${permissions})`),
    ),
    ...list(
      t('container.ulimits'),
      ulimits.map(({ name, soft, hard }) => `${name} ${soft}:${hard}`),
    ),
  ];
}

/** Where it is reached: ports of the machine, and its place in each network. */
export function networkFacts({ summary }: ContainerDetails, t: Translate): readonly Fact[] {
  const { Ports, NetworkSettings, HostConfig } = summary;
  const ports = Ports.map(({ IP = '', PrivatePort, PublicPort = 0, Type }) => {
    const inside = `${PrivatePort}/${Type}`;
    if (PublicPort === 0) return inside;
    const host = IP.includes(':') ? `[${IP}]` : IP;
    return `${host === '' ? '' : `${host}:`}${PublicPort} → ${inside}`;
  });
  const places = Object.entries(NetworkSettings.Networks).map(([name, place]) => placeFact(name, place, t));
  return [
    { name: t('container.networkMode'), value: HostConfig.NetworkMode },
    { name: t('container.ports'), value: [...new Set(ports)].join(', ') },
    ...places,
  ];
}

type Place = ContainerDetails['summary']['NetworkSettings']['Networks'][string];

function placeFact(name: string, place: Place, t: Translate): Fact {
  const { IPAddress, GlobalIPv6Address, Gateway, Aliases } = place;
  const addresses = [IPAddress, GlobalIPv6Address].filter((address) => address !== '');
  const notes = [
    ...(Gateway === '' ? [] : [t('container.gateway', { address: Gateway })]),
    ...(Aliases === undefined || Aliases === null || Aliases.length === 0
      ? []
      : [t('container.aliases', { names: Aliases.join(', ') })]),
  ];
  return {
    name,
    value: addresses.length === 0 ? name : addresses.join(', '),
    href: `#/networks/${encodeURIComponent(name)}`,
    ...(notes.length === 0 ? {} : { note: notes.join(' · ') }),
  };
}
