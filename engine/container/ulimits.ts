import { readFileSync } from 'node:fs';

import type { Ulimit } from '#engine/contract/container-options.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { RuntimeRlimit } from '#engine/oci/runtime-spec.ts';
import { ownCapabilities } from '#engine/runtime/own-capabilities.ts';

/** What /proc/self/limits calls each (proc(5)). */
const titles: Readonly<Record<string, string>> = {
  cpu: 'cpu time',
  fsize: 'file size',
  data: 'data size',
  stack: 'stack size',
  core: 'core file size',
  rss: 'resident set',
  nproc: 'processes',
  nofile: 'open files',
  memlock: 'locked memory',
  as: 'address space',
  locks: 'file locks',
  sigpending: 'pending signals',
  msgqueue: 'msgqueue size',
  nice: 'nice priority',
  rtprio: 'realtime priority',
  rttime: 'realtime timeout',
};

/** @throws EngineError `invalid-argument` for what nobody has, or for more than this engine may give. */
export function checkUlimits(ulimits: readonly Ulimit[]): void {
  for (const { name, soft, hard } of ulimits) {
    if (!Object.hasOwn(titles, name)) throw new EngineError('invalid-argument', `invalid ulimit type: ${name}`);
    if (amount(soft) > amount(hard)) {
      throw new EngineError(
        'invalid-argument',
        `ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`,
      );
    }
    const most = mostOf(name);
    if (amount(hard) <= most) continue;
    throw new EngineError(
      'invalid-argument',
      `The ulimit ${name}=${hard} is above the engine's own hard limit of ${most}, which it lacks CAP_SYS_RESOURCE to raise; ask for ${most} or less.`,
    );
  }
}

/** As the runtime specification has them. */
export function runtimeRlimits(ulimits: readonly Ulimit[] = []): readonly RuntimeRlimit[] {
  return ulimits.map(({ name, soft, hard }) => ({
    type: `RLIMIT_${name.toUpperCase()}`,
    soft: finite(soft),
    hard: finite(hard),
  }));
}

function amount(value: number): number {
  return value < 0 ? Infinity : value;
}

/** RLIM_INFINITY (getrlimit(2)). */
function finite(value: number): number {
  return value < 0 ? 2 ** 64 : value;
}

/** What this process may give: anything, with the right to raise limits. */
function mostOf(name: string): number {
  if (ownCapabilities().includes('CAP_SYS_RESOURCE')) return Infinity;
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const [, hard = 'unlimited'] = new RegExp(`^Max ${titles[name]}\\s+\\S+\\s+(\\S+)`, 'm').exec(limits) ?? [];
  return hard === 'unlimited' ? Infinity : Number(hard);
}
