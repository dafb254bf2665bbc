import { EngineError } from '#engine/contract/errors.ts';
import type { RuntimeIoPriority, RuntimeLinux, RuntimeProcess, RuntimeScheduler } from '#engine/oci/runtime-spec.ts';

import { step, type Step } from './encode-plan.ts';

/** SCHED_* (sched(7)). */
const policies = {
  SCHED_OTHER: 0,
  SCHED_FIFO: 1,
  SCHED_RR: 2,
  SCHED_BATCH: 3,
  SCHED_ISO: 4,
  SCHED_IDLE: 5,
  SCHED_DEADLINE: 6,
} as const;

/** SCHED_FLAG_* (sched_setattr(2)), in the order of their bits. */
const schedulerFlags = 'RESET_ON_FORK RECLAIM DL_OVERRUN KEEP_POLICY KEEP_PARAMS UTIL_CLAMP_MIN UTIL_CLAMP_MAX'
  .split(' ')
  .map((name) => `SCHED_FLAG_${name}`);

const ioClasses = { IOPRIO_CLASS_RT: 1, IOPRIO_CLASS_BE: 2, IOPRIO_CLASS_IDLE: 3 } as const;

/** personality(2). */
const domains = { LINUX: 0, LINUX32: 8 } as const;

/** MPOL_* (set_mempolicy(2)). */
const memoryModes = 'DEFAULT PREFERRED BIND INTERLEAVE LOCAL PREFERRED_MANY WEIGHTED_INTERLEAVE'
  .split(' ')
  .map((name) => `MPOL_${name}`);
const memoryFlags: Readonly<Record<string, number>> = {
  MPOL_F_STATIC_NODES: 1 << 15,
  MPOL_F_RELATIVE_NODES: 1 << 14,
  MPOL_F_NUMA_BALANCING: 1 << 13,
};

/** How the kernel is to run the program, with the rights that it hasn't lost yet. */
export function schedulingSteps(process: RuntimeProcess, linux: RuntimeLinux): readonly Step[] {
  return [
    ...personalitySteps(linux),
    ...(process.ioPriority === undefined ? [] : [ioPriorityStep(process.ioPriority)]),
    ...(process.scheduler === undefined ? [] : [schedulerStep(process.scheduler)]),
    ...memoryPolicySteps(linux),
  ];
}

/** @param list as cpuset(7) has it: `0-2,7`. */
export function affinitySteps(list: string | undefined): readonly Step[] {
  return list === undefined || list.trim() === '' ? [] : [step('affinity', bitsOf(list))];
}

function personalitySteps({ personality }: RuntimeLinux): readonly Step[] {
  if (personality === undefined) return [];
  const { domain, flags = [] } = personality;
  if (flags.length > 0) {
    throw new EngineError(
      'unsupported',
      `The specification has no flags of a personality yet; leave ${flags.join(', ')} out.`,
    );
  }
  return [step('personality', lookUp(domains, domain, 'personality'))];
}

function ioPriorityStep({ class: name, priority = 0 }: RuntimeIoPriority): Step {
  if (priority < 0 || priority > 7) {
    throw new EngineError('invalid-argument', `A priority of input and output goes from 0 to 7; ${priority} doesn't.`);
  }
  return step('ioPriority', lookUp(ioClasses, name, 'class of input and output'), priority);
}

function schedulerStep(scheduler: RuntimeScheduler): Step {
  const { policy, nice = 0, priority = 0, flags = [], runtime = 0, deadline = 0, period = 0 } = scheduler;
  const bits = flags.reduce((sum, flag) => sum | (1 << placeOf(schedulerFlags, flag, 'flag of a scheduler')), 0);
  if (nice < -20 || nice > 19) {
    throw new EngineError('invalid-argument', `Niceness goes from -20 to 19; ${nice} doesn't.`);
  }
  const number = lookUp(policies, policy, 'scheduling policy');
  return step('scheduler', number, bits, nice + 20, priority, runtime, deadline, period);
}

function memoryPolicySteps({ memoryPolicy }: RuntimeLinux): readonly Step[] {
  if (memoryPolicy === undefined) return [];
  const { mode, nodes = '', flags = [] } = memoryPolicy;
  const bits = flags.reduce((sum, flag) => sum | lookUp(memoryFlags, flag, 'flag of a memory policy'), 0);
  return [step('memoryPolicy', placeOf(memoryModes, mode, 'memory policy') | bits, bitsOf(nodes))];
}

function lookUp<Name extends string>(table: Readonly<Record<Name, number>>, name: Name, what: string): number {
  if (Object.hasOwn(table, name)) return table[name];
  throw new EngineError('invalid-argument', `There is no ${what} called ${name}.`);
}

function placeOf(names: readonly string[], name: string, what: string): number {
  const place = names.indexOf(name);
  if (place < 0) throw new EngineError('invalid-argument', `There is no ${what} called ${name}.`);
  return place;
}

/** More processors or nodes than any machine has. */
const MOST = 8192;

/** One bit for each number of a list, the lowest byte first, as many bytes as the kernel's own words take. */
function bitsOf(list: string): Uint8Array {
  const numbers = list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .flatMap((part) => rangeOf(part, list));
  const bytes = new Uint8Array((Math.floor(Math.max(0, ...numbers) / 64) + 1) * 8);
  for (const number of numbers) bytes[number >> 3] = (bytes[number >> 3] ?? 0) | (1 << (number & 7));
  return bytes;
}

function rangeOf(part: string, list: string): readonly number[] {
  const { groups } = /^(?<first>\d+)(?:\s*-\s*(?<last>\d+))?$/.exec(part) ?? {};
  const first = Number(groups?.['first'] ?? Number.NaN);
  const last = Number(groups?.['last'] ?? first);
  if (Number.isNaN(first) || last < first || last >= MOST) {
    throw new EngineError('invalid-argument', `${list} is no list of processors or nodes such as 0-2,7.`);
  }
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
