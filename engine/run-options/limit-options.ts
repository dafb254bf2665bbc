import type { HostBody } from './create-body.ts';
import type { CreateOption } from './create-options.ts';
import { parseCpus, parseWhole } from './numbers.ts';
import { parseRate } from './parse-device.ts';
import { parseSize } from './parse-size.ts';

/** Fields of `HostConfig` that hold one thing of a kind. */
type FieldOf<Value> = {
  [Key in keyof HostBody]-?: HostBody[Key] extends Value | undefined ? Key : never;
}[keyof HostBody];

/** Minus one says that there is no limit. */
const sizeOrNone = (text: string): number => (text === '-1' ? -1 : parseSize(text));

/** What a container may use of the machine: options of `docker run`, and most of `docker update` too. */
export const limitOptions: readonly CreateOption[] = [
  number('-m, --memory <size>', 'the most memory, like 512m', 'Memory', parseSize),
  number('--memory-reservation <size>', 'what it is left with when memory is short', 'MemoryReservation', parseSize),
  number('--memory-swap <size>', 'memory and swap together; -1 for no limit', 'MemorySwap', sizeOrNone),
  number('--memory-swappiness <n>', 'how readily it is swapped, 0 to 100', 'MemorySwappiness', parseWhole),
  number('--cpus <number>', 'processors, like 1.5', 'NanoCpus', parseCpus),
  number('-c, --cpu-shares <n>', "in proportion to others', 1024 by default", 'CpuShares', parseWhole),
  number('--cpu-period <microseconds>', 'what the quota is of', 'CpuPeriod', parseWhole),
  number('--cpu-quota <microseconds>', 'of each period', 'CpuQuota', parseWhole),
  number('--cpu-rt-period <microseconds>', 'of real time', 'CpuRealtimePeriod', parseWhole),
  number('--cpu-rt-runtime <microseconds>', 'of each of those', 'CpuRealtimeRuntime', parseWhole),
  text('--cpuset-cpus <list>', 'on which processors: 0-2,4', 'CpusetCpus'),
  text('--cpuset-mems <list>', 'in which memory', 'CpusetMems'),
  number('--pids-limit <n>', 'the most processes; -1 for no limit', 'PidsLimit', parseWhole),
  number('--blkio-weight <n>', 'how much of the disk, 10 to 1000', 'BlkioWeight', parseWhole),
  rates('--device-read-bps <rate>', 'DEVICE:BYTES a second', 'BlkioDeviceReadBps'),
  rates('--device-write-bps <rate>', 'DEVICE:BYTES a second', 'BlkioDeviceWriteBps'),
  rates('--device-read-iops <rate>', 'DEVICE:NUMBER a second', 'BlkioDeviceReadIOps'),
  rates('--device-write-iops <rate>', 'DEVICE:NUMBER a second', 'BlkioDeviceWriteIOps'),
  {
    flags: '--blkio-weight-device <weight>',
    help: 'DEVICE:WEIGHT',
    repeats: true,
    into: ({ HostConfig: host }, value) => {
      const { Path, Rate } = parseRate(value);
      (host.BlkioWeightDevice ??= []).push({ Path, Weight: Rate });
    },
  },
  {
    flags: '--oom-kill-disable',
    help: 'it waits for memory instead of being ended',
    into: ({ HostConfig: host }) => {
      host.OomKillDisable = true;
    },
  },
  number('--oom-score-adj <n>', 'who is ended first, -1000 to 1000', 'OomScoreAdj', parseWhole),
];

function number(flags: string, help: string, field: FieldOf<number>, parse: (value: string) => number): CreateOption {
  return {
    flags,
    help,
    into: ({ HostConfig: host }, value) => {
      host[field] = parse(value);
    },
  };
}

function text(flags: string, help: string, field: 'CpusetCpus' | 'CpusetMems'): CreateOption {
  return {
    flags,
    help,
    into: ({ HostConfig: host }, value) => {
      host[field] = value;
    },
  };
}

type RateField = 'BlkioDeviceReadBps' | 'BlkioDeviceWriteBps' | 'BlkioDeviceReadIOps' | 'BlkioDeviceWriteIOps';

function rates(flags: string, help: string, field: RateField): CreateOption {
  return {
    flags,
    help,
    repeats: true,
    into: ({ HostConfig: host }, value) => {
      (host[field] ??= []).push(parseRate(value));
    },
  };
}
