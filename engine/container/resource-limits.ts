import { availableParallelism } from 'node:os';

import type { ResourceLimits } from '#engine/contract/container-options.ts';
import { EngineError } from '#engine/contract/errors.ts';

const LEAST_MEMORY = 6 * 1024 * 1024;
const CPUSET = /^(\d+(-\d+)?(,\d+(-\d+)?)*)?$/;

/** Every number a number, and the limit of memory beside them. */
interface Checked {
  readonly memory: number;
  readonly swap: number;
  readonly reservation: number;
  readonly swappiness: number;
  readonly nano: number;
  readonly period: number;
  readonly quota: number;
  readonly weights: readonly number[];
  readonly cpusets: readonly string[];
}

type Rule = readonly [isBroken: (limits: Checked) => boolean, words: (limits: Checked) => string];

const rules: readonly Rule[] = [
  [
    ({ swap, memory }) => swap > 0 && memory === 0,
    () => 'You should always set the Memory limit when using Memoryswap limit, see usage',
  ],
  [
    ({ swap, memory }) => swap > 0 && swap < memory,
    () => 'Minimum memoryswap limit should be larger than memory limit, see usage',
  ],
  [
    ({ reservation }) => reservation > 0 && reservation < LEAST_MEMORY,
    () => 'Minimum memory reservation allowed is 6MB',
  ],
  [
    ({ reservation, memory }) => memory > 0 && reservation > memory,
    () => 'Minimum memory limit can not be less than memory reservation limit, see usage',
  ],
  [
    ({ swappiness }) => swappiness < -1 || swappiness > 100,
    ({ swappiness }) => `Invalid value: ${swappiness}, valid memory swappiness range is 0-100`,
  ],
  [
    ({ nano }) => nano < 0 || nano > availableParallelism() * 1e9,
    () =>
      `range of CPUs is from 0.01 to ${availableParallelism()}.00, as there are only ${availableParallelism()} CPUs available`,
  ],
  [
    ({ nano, period }) => nano > 0 && period > 0,
    () => 'Conflicting options: Nano CPUs and CPU Period cannot both be set.',
  ],
  [
    ({ nano, quota }) => nano > 0 && quota > 0,
    () => 'Conflicting options: Nano CPUs and CPU Quota cannot both be set.',
  ],
  [
    ({ period }) => period !== 0 && (period < 1000 || period > 1_000_000),
    () => 'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)',
  ],
  [({ quota }) => quota > 0 && quota < 1000, () => 'CPU cfs quota can not be less than 1ms (i.e. 1000)'],
  [
    ({ weights }) => weights.some((weight) => weight !== 0 && (weight < 10 || weight > 1000)),
    () => 'Range of blkio weight is from 10 to 1000',
  ],
  [
    ({ cpusets }) => cpusets.some((list) => !CPUSET.test(list)),
    ({ cpusets }) => `Invalid value ${cpusets.find((list) => !CPUSET.test(list))} for a cpuset`,
  ],
];

/** @param memory the limit of it, in bytes. @throws EngineError `invalid-argument` in Docker's words. */
export function checkLimits(limits: ResourceLimits, memory = 0): void {
  const { blkioWeightDevice = [] } = limits;
  const checked: Checked = {
    memory,
    ...numbersOf(limits),
    weights: [limits.blkioWeight ?? 0, ...blkioWeightDevice.map(({ weight }) => weight)],
    cpusets: [limits.cpusetCpus ?? '', limits.cpusetMems ?? ''],
  };
  const broken = rules.find(([isBroken]) => isBroken(checked));
  if (broken !== undefined) throw new EngineError('invalid-argument', broken[1](checked));
}

function numbersOf(limits: ResourceLimits): Omit<Checked, 'memory' | 'weights' | 'cpusets'> {
  return {
    swap: limits.memorySwap ?? 0,
    reservation: limits.memoryReservation ?? 0,
    swappiness: limits.memorySwappiness ?? 0,
    nano: limits.nanoCpus ?? 0,
    period: limits.cpuPeriod ?? 0,
    quota: limits.cpuQuota ?? 0,
  };
}
