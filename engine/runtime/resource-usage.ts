import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

import type { CgroupLayout } from './cgroups.ts';
import { readProcess } from './process-facts.ts';

/** What a container has used so far, and uses now. */
export interface ResourceUsage {
  readonly cpu: { readonly totalNs: number; readonly userNs: number; readonly kernelNs: number };
  /** `limitBytes` is undefined without a limit; `inactiveFileBytes` of `bytes` are given back when somebody needs them. */
  readonly memory: {
    readonly bytes: number;
    readonly inactiveFileBytes: number;
    readonly limitBytes: number | undefined;
  };
  readonly processes: number;
  readonly blocks: readonly BlockUsage[];
  /** By interface, without loopback; empty for one on the machine's own network. */
  readonly networks: Readonly<Record<string, NetworkUsage>>;
}

export interface BlockUsage {
  readonly major: number;
  readonly minor: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

export interface NetworkUsage {
  readonly receivedBytes: number;
  readonly receivedPackets: number;
  readonly receivedErrors: number;
  readonly receivedDropped: number;
  readonly sentBytes: number;
  readonly sentPackets: number;
  readonly sentErrors: number;
  readonly sentDropped: number;
}

type CgroupUsage = Omit<ResourceUsage, 'networks' | 'processes'>;

/** @param pids whoever is in the container. */
export async function readUsage(cgroups: CgroupLayout, pid: number, pids: readonly number[]): Promise<ResourceUsage> {
  const [own, networks] = await Promise.all([cgroupUsage(cgroups, pids), networkUsage(pid)]);
  return { ...own, processes: pids.length, networks };
}

async function cgroupUsage(cgroups: CgroupLayout, pids: readonly number[]): Promise<CgroupUsage> {
  if (cgroups.mode === 'none') return processUsage(pids);
  return cgroups.mode === 'v2' ? usageOfV2(cgroups.dirs[0] ?? '') : usageOfV1(cgroups);
}

/** admin-guide/cgroup-v2.rst of the kernel. */
async function usageOfV2(dir: string): Promise<CgroupUsage> {
  const read = (file: string): Promise<string> => readText(join(dir, file));
  const [cpu, current, stat, max, io] = await Promise.all(
    ['cpu.stat', 'memory.current', 'memory.stat', 'memory.max', 'io.stat'].map(read),
  );
  const microseconds = (name: string): number => field(cpu, name) * 1000;
  return {
    cpu: {
      totalNs: microseconds('usage_usec'),
      userNs: microseconds('user_usec'),
      kernelNs: microseconds('system_usec'),
    },
    memory: memoryOf(current, max, field(stat, 'inactive_file')),
    blocks: [...(io ?? '').matchAll(/^(\d+):(\d+) rbytes=(\d+) wbytes=(\d+)/gm)].map(
      ([, major, minor, read, written]) => ({
        major: Number(major),
        minor: Number(minor),
        readBytes: Number(read),
        writtenBytes: Number(written),
      }),
    ),
  };
}

/** admin-guide/cgroup-v1/ of the kernel. */
async function usageOfV1({ hierarchies, dirs }: CgroupLayout): Promise<CgroupUsage> {
  const read = (controller: string, file: string): Promise<string> => {
    const index = hierarchies.findIndex(({ options }) => options.includes(controller));
    return index === -1 ? Promise.resolve('') : readText(join(dirs[index] ?? '', file));
  };
  const [total, split, current, stat, max, io] = await Promise.all([
    read('cpuacct', 'cpuacct.usage'),
    read('cpuacct', 'cpuacct.stat'),
    read('memory', 'memory.usage_in_bytes'),
    read('memory', 'memory.stat'),
    read('memory', 'memory.limit_in_bytes'),
    read('blkio', 'blkio.throttle.io_service_bytes'),
  ]);
  // In ticks of a hundredth of a second (time(7)).
  const ticks = (name: string): number => field(split, name) * 10_000_000;
  return {
    cpu: { totalNs: Number(total), userNs: ticks('user'), kernelNs: ticks('system') },
    memory: memoryOf(current, max, field(stat, 'total_inactive_file')),
    blocks: blocksOfV1(io),
  };
}

function blocksOfV1(io: string): readonly BlockUsage[] {
  const found = new Map<string, { major: number; minor: number; readBytes: number; writtenBytes: number }>();
  for (const [, major = '', minor = '', kind, bytes] of io.matchAll(/^(\d+):(\d+) (Read|Write) (\d+)$/gm)) {
    const key = `${major}:${minor}`;
    const known = found.get(key) ?? { major: Number(major), minor: Number(minor), readBytes: 0, writtenBytes: 0 };
    found.set(key, { ...known, [kind === 'Read' ? 'readBytes' : 'writtenBytes']: Number(bytes) });
  }
  return [...found.values()];
}

/** v1 says that there is no limit with a number that no machine reaches. */
function memoryOf(current: string | undefined, max: string | undefined, inactive: number): CgroupUsage['memory'] {
  const limit = Number(max?.trim());
  return {
    bytes: Number(current),
    inactiveFileBytes: inactive,
    limitBytes: limit > 0 && limit < 2 ** 60 ? limit : undefined,
  };
}

/** Where nobody counts, what the processes that are there say of themselves. */
async function processUsage(pids: readonly number[]): Promise<CgroupUsage> {
  const found = (await Promise.all(pids.map(readProcess))).filter((process) => process !== undefined);
  const totalNs = found.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) * 1e9;
  const bytes = found.reduce((sum, { residentBytes }) => sum + residentBytes, 0);
  return {
    cpu: { totalNs, userNs: totalNs, kernelNs: 0 },
    memory: { bytes, inactiveFileBytes: 0, limitBytes: undefined },
    blocks: [],
  };
}

/** proc(5), /proc/net/dev: as the container's first process sees it. */
async function networkUsage(pid: number): Promise<ResourceUsage['networks']> {
  const [own, host, table] = await Promise.all([
    readlink(`/proc/${pid}/ns/net`).catch(() => ''),
    readlink('/proc/self/ns/net').catch(() => ''),
    readText(`/proc/${pid}/net/dev`),
  ]);
  if (own === host) return {};
  const lines = [...table.matchAll(/^\s*([^:\s]+):\s*(.*)$/gm)].filter(([, name]) => name !== 'lo');
  return Object.fromEntries(
    lines.map(([, name = '', counts = '']) => {
      const numbers = counts.trim().split(/\s+/).map(Number);
      const at = (place: number): number => numbers[place] ?? 0;
      const received = { receivedBytes: at(0), receivedPackets: at(1), receivedErrors: at(2), receivedDropped: at(3) };
      return [name, { ...received, sentBytes: at(8), sentPackets: at(9), sentErrors: at(10), sentDropped: at(11) }];
    }),
  );
}

function field(text: string | undefined, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text ?? '')?.[1] ?? 0);
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
