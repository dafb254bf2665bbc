import type { ContainerCreate } from '#engine/contract/container.ts';

import { hostFlags } from './host-options.ts';

const NANO = 1_000_000_000;

/** Docker's options for what a container is given beyond its program. */
export function optionFlags(request: ContainerCreate): readonly string[] {
  const { ports = [], capAdd = [], capDrop = [], isolation, pidsLimit, limits } = request;
  return [
    ...ports.flatMap((port) => ['-p', portText(port)]),
    ...restartFlags(request),
    ...(limits?.nanoCpus === undefined ? [] : ['--cpus', String(limits.nanoCpus / NANO)]),
    ...(pidsLimit === undefined ? [] : ['--pids-limit', String(pidsLimit)]),
    ...healthFlags(request),
    ...capAdd.flatMap((name) => ['--cap-add', name]),
    ...capDrop.flatMap((name) => ['--cap-drop', name]),
    ...(isolation?.privileged === true ? ['--privileged'] : []),
    ...(isolation?.init === true ? ['--init'] : []),
    ...hostFlags(request),
  ];
}

function portText({ port, hostAddress = '', hostPort = '' }: NonNullable<ContainerCreate['ports']>[number]): string {
  const address = hostAddress.includes(':') ? `[${hostAddress}]` : hostAddress;
  const host = address === '' ? hostPort : `${address}:${hostPort}`;
  const target = port.replace(/\/tcp$/, '');
  return host === '' ? target : `${host}:${target}`;
}

function restartFlags({ restartPolicy }: ContainerCreate): readonly string[] {
  if (restartPolicy === undefined || restartPolicy.name === 'no') return [];
  const { name, maximumRetries } = restartPolicy;
  return ['--restart', name === 'on-failure' && maximumRetries > 0 ? `${name}:${maximumRetries}` : name];
}

function healthFlags({ healthCheck }: ContainerCreate): readonly string[] {
  const [kind, command = ''] = healthCheck?.test ?? [];
  if (kind !== 'CMD-SHELL') return [];
  const { interval } = healthCheck ?? {};
  return ['--health-cmd', command, ...(interval === undefined ? [] : ['--health-interval', `${interval / NANO}s`])];
}
