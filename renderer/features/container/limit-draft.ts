import type { ContainerDetails } from '#engine/contract/container.ts';
import type { Params } from '#engine/contract/methods.ts';
import { memoryOption, parseMemory } from '#renderer/ui/memory-limit.ts';

export const restarts = ['no', 'always', 'unless-stopped', 'on-failure'] as const;

/** A container's limits as they are being changed; an empty one is none. */
export interface LimitDraft {
  readonly memory: string;
  readonly cpus: string;
  readonly pids: string;
  readonly restart: (typeof restarts)[number];
  /** Of `on-failure`; empty is as often as it takes. */
  readonly retries: string;
}

export type LimitProblem = 'bad-memory' | 'memory-stays' | 'bad-cpus' | 'bad-count';
type LimitProblems = ReadonlyMap<keyof LimitDraft, LimitProblem>;
export type LimitChanges = Omit<Params<'containers.update'>, 'id'>;

const NANO = 1_000_000_000;

export function limitDraft({ memoryBytes, pidsLimit = 0, limits, restartPolicy }: ContainerDetails): LimitDraft {
  const { nanoCpus = 0, cpuQuota = 0, cpuPeriod = 0 } = limits;
  const cpus = nanoCpus > 0 ? nanoCpus / NANO : cpuPeriod > 0 && cpuQuota > 0 ? cpuQuota / cpuPeriod : 0;
  const text = (amount: number): string => (amount > 0 ? String(amount) : '');
  return {
    memory: memoryBytes === undefined ? '' : memoryOption(memoryBytes),
    cpus: text(cpus),
    pids: text(pidsLimit),
    restart: restartPolicy.name,
    retries: text(restartPolicy.maximumRetries),
  };
}

/** What differs from before, as it is sent; what has a problem is left out. */
export function limitChanges(
  before: LimitDraft,
  now: LimitDraft,
): { readonly changes: LimitChanges; readonly problems: LimitProblems } {
  const problems = new Map<keyof LimitDraft, LimitProblem>();
  const differs = (field: keyof LimitDraft): boolean => now[field].trim() !== before[field];
  const number = (field: 'cpus' | 'pids' | 'retries', isRight: RegExp, problem: LimitProblem): number | undefined => {
    const text = now[field].trim();
    if (text === '' || isRight.test(text)) return Number(text);
    problems.set(field, problem);
    return undefined;
  };
  const memory = differs('memory') ? readMemory(now.memory.trim()) : {};
  if (memory.problem !== undefined) problems.set('memory', memory.problem);
  const cpus = differs('cpus') ? number('cpus', /^(?=.*[1-9])\d+(\.\d+)?$/, 'bad-cpus') : undefined;
  const pidsLimit = differs('pids') ? number('pids', /^\d{1,9}$/, 'bad-count') : undefined;
  const isCounted = now.restart === 'on-failure';
  const maximumRetries = isCounted ? number('retries', /^\d{1,9}$/, 'bad-count') : 0;
  const isOtherPolicy = differs('restart') || (isCounted && differs('retries'));
  const changes = {
    ...given('memoryBytes', memory.memoryBytes),
    ...given('limits', cpus === undefined ? undefined : { nanoCpus: Math.round(cpus * NANO) }),
    ...given('pidsLimit', pidsLimit),
    ...(isOtherPolicy && maximumRetries !== undefined ? { restartPolicy: { name: now.restart, maximumRetries } } : {}),
  };
  return { changes, problems };
}

function given<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed key is a string to the compiler
  return value === undefined ? {} : ({ [name]: value } as Record<K, V>);
}

/** Docker's engine can only set another limit of memory, and so does ours. */
function readMemory(text: string): { readonly memoryBytes?: number; readonly problem?: LimitProblem } {
  if (text === '') return { problem: 'memory-stays' };
  const memoryBytes = parseMemory(text);
  return memoryBytes === undefined || memoryBytes === 0 ? { problem: 'bad-memory' } : { memoryBytes };
}
