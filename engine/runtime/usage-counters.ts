import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';
import { join } from 'node:path';

import type { CgroupLayout } from './cgroups.ts';
import type { ResourceUsage } from './resource-usage.ts';

/** What a container has used since it started: two of them, some time apart, say what it used in between. */
export interface UsageCounters {
  readonly cpuNs: number;
  /** Time that its limit of processors held it back. */
  readonly throttledNs: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
  /** 0 for one without a network of its own. */
  readonly receivedBytes: number;
  readonly sentBytes: number;
  /** Now, without what is given back when somebody needs it. */
  readonly memoryBytes: number;
  readonly processes: number;
}

/** Undefined where there is none. */
export interface UsageLimits {
  readonly cpus: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly processes: number | undefined;
}

/** Reads what one container has used, over and over, with little work. */
export interface UsageMeter {
  readonly hasNetwork: boolean;
  /** @throws Error when the container has ended. */
  counters(): UsageCounters;
  limits(): UsageLimits;
}

/**
 * Of a container in control groups; undefined where nobody counts.
 *
 * The files are made up by the kernel when they are read and never wait for a disk: reading them where one stands costs a
 * tenth of what a promise for each does, and hundreds of containers are read every second.
 */
export function usageMeter(layout: CgroupLayout, pid: number): UsageMeter | undefined {
  if (layout.mode === 'none') return undefined;
  const hasNetwork = hasOwnNetwork(pid);
  const files = layout.mode === 'v2' ? filesOfV2(layout.dirs[0] ?? '') : filesOfV1(layout);
  return {
    hasNetwork,
    counters: () => ({ ...files.counters(), ...(hasNetwork ? traffic(pid) : NO_TRAFFIC) }),
    limits: files.limits,
  };
}

type Traffic = Pick<UsageCounters, 'receivedBytes' | 'sentBytes'>;

interface CgroupFiles {
  readonly counters: () => Omit<UsageCounters, keyof Traffic>;
  readonly limits: () => UsageLimits;
}

const NO_TRAFFIC: Traffic = { receivedBytes: 0, sentBytes: 0 };

/** admin-guide/cgroup-v2.rst of the kernel. */
function filesOfV2(dir: string): CgroupFiles {
  const read = (file: string): string => readOr(join(dir, file));
  return {
    counters: () => {
      const cpu = readText(join(dir, 'cpu.stat'));
      const io = [...read('io.stat').matchAll(/rbytes=(\d+) wbytes=(\d+)/g)];
      return {
        cpuNs: field(cpu, 'usage_usec') * 1000,
        throttledNs: field(cpu, 'throttled_usec') * 1000,
        readBytes: sum(io, 1),
        writtenBytes: sum(io, 2),
        memoryBytes: used(read('memory.current'), field(read('memory.stat'), 'inactive_file')),
        processes: Number(read('pids.current')),
      };
    },
    limits: () => {
      const [quota, period] = read('cpu.max').split(' ').map(Number);
      return {
        cpus: share(quota, period),
        memoryBytes: limit(read('memory.max')),
        processes: limit(read('pids.max')),
      };
    },
  };
}

/** admin-guide/cgroup-v1/ of the kernel. */
function filesOfV1({ hierarchies, dirs }: CgroupLayout): CgroupFiles {
  const at = (controller: string, file: string): string => {
    const index = hierarchies.findIndex(({ options }) => options.includes(controller));
    return index === -1 ? '' : join(dirs[index] ?? '', file);
  };
  const usage = at('cpuacct', 'cpuacct.usage');
  const throttling = at('cpu', 'cpu.stat');
  const io = at('blkio', 'blkio.throttle.io_service_bytes');
  const memory = { used: at('memory', 'memory.usage_in_bytes'), stat: at('memory', 'memory.stat') };
  const processes = at('pids', 'pids.current');
  const quota = { quota: at('cpu', 'cpu.cfs_quota_us'), period: at('cpu', 'cpu.cfs_period_us') };
  return {
    counters: () => {
      const moved = readOr(io);
      return {
        cpuNs: Number(readText(usage)),
        throttledNs: field(readOr(throttling), 'throttled_time'),
        readBytes: sum([...moved.matchAll(/ Read (\d+)$/gm)], 1),
        writtenBytes: sum([...moved.matchAll(/ Write (\d+)$/gm)], 1),
        memoryBytes: used(readOr(memory.used), field(readOr(memory.stat), 'total_inactive_file')),
        processes: Number(readOr(processes)),
      };
    },
    limits: () => ({
      cpus: share(Number(readOr(quota.quota)), Number(readOr(quota.period))),
      memoryBytes: limit(readOr(at('memory', 'memory.limit_in_bytes'))),
      processes: limit(readOr(at('pids', 'pids.max'))),
    }),
  };
}

/** What a fuller reading says, for machines without control groups. */
export function countersOf({ cpu, memory, processes, blocks, networks }: ResourceUsage): UsageCounters {
  const interfaces = Object.values(networks);
  return {
    cpuNs: cpu.totalNs,
    throttledNs: 0,
    readBytes: blocks.reduce((total, { readBytes }) => total + readBytes, 0),
    writtenBytes: blocks.reduce((total, { writtenBytes }) => total + writtenBytes, 0),
    receivedBytes: interfaces.reduce((total, { receivedBytes }) => total + receivedBytes, 0),
    sentBytes: interfaces.reduce((total, { sentBytes }) => total + sentBytes, 0),
    memoryBytes: memory.bytes - memory.inactiveFileBytes,
    processes,
  };
}

function hasOwnNetwork(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`) !== readlinkSync('/proc/self/ns/net');
  } catch {
    return false;
  }
}

/** proc(5), /proc/net/dev, without loopback: received bytes come first after the name, sent ones ninth. */
function traffic(pid: number): Traffic {
  const table = readText(`/proc/${pid}/net/dev`);
  const interfaces = [...table.matchAll(/^\s*(?!lo:)[^:\s]+:\s*(\d+)(?:\s+\d+){7}\s+(\d+)/gm)];
  return { receivedBytes: sum(interfaces, 1), sentBytes: sum(interfaces, 2) };
}

function sum(matches: readonly RegExpExecArray[], group: number): number {
  return matches.reduce((total, match) => total + Number(match[group]), 0);
}

function used(bytes: string, givenBack: number): number {
  return Math.max(0, Number(bytes) - givenBack);
}

function field(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

/** v2 says `max`, and v1 a number that no machine reaches, where there is no limit. */
function limit(text: string): number | undefined {
  const value = Number(text);
  return value > 0 && value < 2 ** 60 ? value : undefined;
}

function share(quota: number | undefined, period: number | undefined): number | undefined {
  const cpus = (quota ?? 0) / (period ?? 0);
  return cpus > 0 && Number.isFinite(cpus) ? cpus : undefined;
}

/** More than any of the files says: longer ones are of interfaces and devices by the hundred. */
const buffer = Buffer.alloc(64 * 1024);

function readText(path: string): string {
  const file = openSync(path, 'r');
  try {
    return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(file);
  }
}

/** Of what a machine may lack. */
function readOr(path: string): string {
  if (path === '') return '';
  try {
    return readText(path);
  } catch {
    return '';
  }
}
