import type { ContainerProcess } from '#engine/contract/process.ts';

export interface ProcessRow {
  readonly process: ContainerProcess;
  /** From 0: how many of its ancestors are in the container. Of a list, 0. */
  readonly depth: number;
}

export const processOrders = ['command', 'innerPid', 'pid', 'user', 'cpu', 'memory', 'time', 'started'] as const;
export type ProcessOrder = (typeof processOrders)[number];

export interface ProcessSort {
  readonly order: ProcessOrder;
  readonly isDescending: boolean;
}

const compare: Readonly<Record<ProcessOrder, (a: ContainerProcess, b: ContainerProcess) => number>> = {
  command: (a, b) => a.command.localeCompare(b.command),
  innerPid: (a, b) => a.innerPid - b.innerPid,
  pid: (a, b) => a.pid - b.pid,
  user: (a, b) => a.user.localeCompare(b.user),
  cpu: (a, b) => a.cpus - b.cpus,
  memory: (a, b) => a.memoryBytes - b.memoryBytes,
  time: (a, b) => a.cpuSeconds - b.cpuSeconds,
  started: (a, b) => a.startedAt - b.startedAt,
};

/** One after the other, by the order; those that are equal by their number. */
export function listRows(processes: readonly ContainerProcess[], sort: ProcessSort): readonly ProcessRow[] {
  return sorted(processes, sort).map((process) => ({ process, depth: 0 }));
}

/** Each beneath the one that started it, siblings by the order. Whose parent is outside of the container is a root. */
export function treeRows(processes: readonly ContainerProcess[], sort: ProcessSort): readonly ProcessRow[] {
  const pids = new Set(processes.map(({ pid }) => pid));
  const children = Map.groupBy(processes, ({ parentPid, pid }) =>
    pids.has(parentPid) && parentPid !== pid ? parentPid : 0,
  );
  const rows: ProcessRow[] = [];
  const add = (parent: number, depth: number): void => {
    for (const process of sorted(children.get(parent) ?? [], sort)) {
      rows.push({ process, depth });
      add(process.pid, depth + 1);
    }
  };
  add(0, 0);
  return rows;
}

function sorted(
  processes: readonly ContainerProcess[],
  { order, isDescending }: ProcessSort,
): readonly ContainerProcess[] {
  const sign = isDescending ? -1 : 1;
  return processes.toSorted((a, b) => sign * compare[order](a, b) || a.pid - b.pid);
}

/** As ps(1) writes used time: `1:05`, `2:03:04`. */
export function clockText(seconds: number): string {
  const whole = Math.trunc(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.trunc(whole / 3600);
  const minutes = Math.trunc(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
