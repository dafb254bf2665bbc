import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { CgroupLayout } from './cgroups.ts';
import { countersOf, usageMeter } from './usage-counters.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'estrato-counters-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(dir, name, '..'), { recursive: true });
    await writeFile(join(dir, name), text);
  }
}

const nowhere: CgroupLayout = { mode: 'none', hierarchies: [], dirs: [], oomFiles: [] };

/** Whoever shares the network of the test itself has no traffic of their own. */
const SELF = process.pid;

test('version 2 counts in microseconds, and says max where there is no limit', async () => {
  await write({
    'cpu.stat': 'usage_usec 1500\nuser_usec 1000\nsystem_usec 500\nnr_throttled 2\nthrottled_usec 250\n',
    'memory.current': '5000\n',
    'memory.stat': 'anon 1\ninactive_file 1200\nactive_file 3\n',
    'memory.max': '64000\n',
    'io.stat': '8:0 rbytes=10 wbytes=20 rios=1 wios=1 dbytes=0 dios=0\n8:16 rbytes=5 wbytes=7 rios=1 wios=1\n',
    'pids.current': '3\n',
    'pids.max': 'max\n',
    'cpu.max': '50000 100000\n',
  });
  const layout: CgroupLayout = { ...nowhere, mode: 'v2', dirs: [dir] };
  const meter = usageMeter(layout, SELF);
  expect(meter?.counters()).toEqual({
    cpuNs: 1_500_000,
    throttledNs: 250_000,
    readBytes: 15,
    writtenBytes: 27,
    memoryBytes: 3800,
    processes: 3,
    receivedBytes: 0,
    sentBytes: 0,
  });
  expect(meter?.limits()).toEqual({ cpus: 0.5, memoryBytes: 64_000, processes: undefined });
  expect(meter?.hasNetwork).toBe(false);
});

test('version 1 counts in the directory of each controller, and says a number that no machine reaches', async () => {
  await write({
    'cpuacct/cpuacct.usage': '1500000\n',
    'cpu/cpu.stat': 'nr_periods 4\nnr_throttled 2\nthrottled_time 250000\n',
    'cpu/cpu.cfs_quota_us': '-1\n',
    'cpu/cpu.cfs_period_us': '100000\n',
    'memory/memory.usage_in_bytes': '5000\n',
    'memory/memory.stat': 'cache 9\ninactive_file 1\ntotal_inactive_file 1200\n',
    'memory/memory.limit_in_bytes': '9223372036854771712\n',
    'blkio/blkio.throttle.io_service_bytes': '8:0 Read 10\n8:0 Write 20\n8:0 Total 30\n8:16 Write 7\nTotal 37\n',
    'pids/pids.current': '3\n',
    'pids/pids.max': '50\n',
  });
  const names = ['cpuacct', 'cpu', 'memory', 'blkio', 'pids'];
  const layout: CgroupLayout = {
    ...nowhere,
    mode: 'v1',
    hierarchies: names.map((name) => ({ name, type: 'cgroup', options: [name] })),
    dirs: names.map((name) => join(dir, name)),
  };
  const meter = usageMeter(layout, SELF);
  expect(meter?.counters()).toMatchObject({
    cpuNs: 1_500_000,
    throttledNs: 250_000,
    readBytes: 10,
    writtenBytes: 27,
    memoryBytes: 3800,
    processes: 3,
  });
  expect(meter?.limits()).toEqual({ cpus: undefined, memoryBytes: undefined, processes: 50 });
});

test('of one that has ended nothing is counted', () => {
  const layout: CgroupLayout = { ...nowhere, mode: 'v2', dirs: [join(dir, 'gone')] };
  expect(() => usageMeter(layout, SELF)?.counters()).toThrow('ENOENT');
});

test('where nobody counts, a fuller reading says the same', () => {
  const network = {
    receivedBytes: 4,
    receivedPackets: 1,
    receivedErrors: 0,
    receivedDropped: 0,
    sentBytes: 6,
    sentPackets: 1,
    sentErrors: 0,
    sentDropped: 0,
  };
  const counters = countersOf({
    cpu: { totalNs: 5, userNs: 3, kernelNs: 2 },
    memory: { bytes: 100, inactiveFileBytes: 40, limitBytes: undefined },
    processes: 2,
    blocks: [{ major: 8, minor: 0, readBytes: 1, writtenBytes: 2 }],
    networks: { eth0: network, eth1: network },
  });
  expect(counters).toMatchObject({ cpuNs: 5, memoryBytes: 60, readBytes: 1, writtenBytes: 2, receivedBytes: 8 });
});
