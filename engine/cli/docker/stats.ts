import { setTimeout as pause } from 'node:timers/promises';

import { Command } from 'commander';
import { z } from 'zod';

import { formatBytes } from '#engine/cli/format.ts';
import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';
import type { DockerHttp } from '#engine/client/docker-http.ts';
import { toEngineError } from '#engine/contract/errors.ts';

import { formatRows, withRows, type Columns, type Row, type RowOptions } from './show-rows.ts';
import { withDocker } from './with-docker.ts';

interface StatsOptions extends PlaceOptions, RowOptions {
  readonly all?: true;
  readonly stream: boolean;
  readonly trunc: boolean;
}

export function statsCommand(): Command {
  return withRows(withPlace(new Command('stats')))
    .description('what containers use, again and again until Ctrl-C')
    .argument('[container...]', 'only these; all that run when left out')
    .option('-a, --all', 'those too that do not run')
    .option('--no-stream', 'once')
    .option('--no-trunc', 'ids whole')
    .action((names: readonly string[], options: StatsOptions) =>
      withDocker(options, async (docker, signal) => {
        do {
          const rows = await rowsNow(docker, names, options);
          if (signal.aborted) return;
          // A terminal shows the newest in the place of the one before.
          if (options.stream && process.stdout.isTTY) process.stdout.write('\u001B[H\u001B[J');
          process.stdout.write(formatRows(options.format, rows, columns));
          // To measure one takes a second; where nothing runs, nothing else waits.
          if (options.stream && rows.length === 0) await pause(1000, undefined, { signal }).catch(() => undefined);
        } while (options.stream);
      }),
    );
}

const columns: Columns = [
  ['CONTAINER ID', 'ID'],
  ['NAME', 'Name'],
  ['CPU %', 'CPUPerc'],
  ['MEM USAGE / LIMIT', 'MemUsage'],
  ['MEM %', 'MemPerc'],
  ['NET I/O', 'NetIO'],
  ['BLOCK I/O', 'BlockIO'],
  ['PIDS', 'PIDs'],
];

const listed = z.array(z.object({ Id: z.string() }));

const cpu = z.object({
  cpu_usage: z.object({ total_usage: z.number() }),
  system_cpu_usage: z.number().optional(),
  online_cpus: z.number().optional(),
});
const measured = z.object({
  id: z.string().optional(),
  name: z.string(),
  cpu_stats: cpu,
  precpu_stats: cpu,
  memory_stats: z.object({
    usage: z.number().optional(),
    limit: z.number().optional(),
    stats: z.record(z.string(), z.number()).optional(),
  }),
  networks: z.record(z.string(), z.object({ rx_bytes: z.number(), tx_bytes: z.number() })).optional(),
  blkio_stats: z.object({
    io_service_bytes_recursive: z.array(z.object({ op: z.string(), value: z.number() })).nullish(),
  }),
  pids_stats: z.object({ current: z.number().optional() }),
});
type Measured = z.infer<typeof measured>;

/** Each is measured twice, a second apart: that is what a share of time is taken from. */
async function rowsNow(docker: DockerHttp, names: readonly string[], { all, trunc }: StatsOptions): Promise<Row[]> {
  const found = names.length > 0 ? [] : listed.parse(await docker.ask('GET', '/containers/json', { query: { all } }));
  const ids = names.length > 0 ? names : found.map(({ Id }) => Id);
  const rows = await Promise.all(
    ids.map(async (id) => {
      const path = `/containers/${encodeURIComponent(id)}/stats`;
      try {
        return [rowOf(measured.parse(await docker.ask('GET', path, { query: { stream: false } })), trunc)];
      } catch (error) {
        // One of all that runs may be gone by now; one that was named has to be there.
        if (names.length === 0 && toEngineError(error).code === 'not-found') return [];
        throw error;
      }
    }),
  );
  return rows.flat();
}

function rowOf(stats: Measured, trunc: boolean): Row {
  const { memory_stats: memory, networks = {}, blkio_stats: blocks, pids_stats: pids } = stats;
  const used = (memory.usage ?? 0) - (memory.stats?.['inactive_file'] ?? memory.stats?.['total_inactive_file'] ?? 0);
  const limit = memory.limit ?? 0;
  const sum = (of: (one: { rx_bytes: number; tx_bytes: number }) => number): string =>
    formatBytes(Object.values(networks).reduce((total, one) => total + of(one), 0));
  const blockBytes = (wanted: string): string =>
    formatBytes(
      (blocks.io_service_bytes_recursive ?? [])
        .filter(({ op }) => op.toLowerCase() === wanted)
        .reduce((total, { value }) => total + value, 0),
    );
  const { id = '' } = stats;
  return {
    ID: trunc ? id.slice(0, 12) : id,
    Container: id,
    Name: stats.name.replace(/^\//, ''),
    CPUPerc: `${cpuPercent(stats).toFixed(2)}%`,
    MemUsage: `${formatBytes(Math.max(used, 0))} / ${formatBytes(limit)}`,
    MemPerc: `${(limit === 0 ? 0 : (Math.max(used, 0) / limit) * 100).toFixed(2)}%`,
    NetIO: `${sum((one) => one.rx_bytes)} / ${sum((one) => one.tx_bytes)}`,
    BlockIO: `${blockBytes('read')} / ${blockBytes('write')}`,
    PIDs: String(pids.current ?? 0),
  };
}

/** Of one processor, as Docker counts: two that are busy are 200 %. */
function cpuPercent({ cpu_stats: now, precpu_stats: before }: Measured): number {
  const own = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const machine = (now.system_cpu_usage ?? 0) - (before.system_cpu_usage ?? 0);
  return own > 0 && machine > 0 ? (own / machine) * (now.online_cpus ?? 1) * 100 : 0;
}
