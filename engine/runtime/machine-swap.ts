import { existsSync, readFileSync } from 'node:fs';

/** cgroup-v1/memory.rst of the kernel: there where swap is accounted. */
const ACCOUNT_OF_V1 = '/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes';
const ROOT_OF_V2 = '/sys/fs/cgroup/cgroup.controllers';

/** Whether there is swap that a container could fill beyond its limit of memory, and that it can be kept from. */
export function hasLimitedSwap(): boolean {
  const [, kilobytes = '0'] = /^SwapTotal:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? [];
  return Number(kilobytes) > 0 && (existsSync(ROOT_OF_V2) || existsSync(ACCOUNT_OF_V1));
}
