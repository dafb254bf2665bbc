import { Command } from 'commander';
import { z } from 'zod';

import type { DockerHttp } from '#engine/client/docker-http.ts';
import { formatAge, formatBytes } from '#engine/cli/format.ts';
import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';
import { repeated } from '#engine/cli/repeated.ts';
import { parsePair } from '#engine/run-options/pairs.ts';

import { confirm } from './confirm.ts';
import { eachOf } from './each-of.ts';
import { filtersQuery, withFilter } from './filters.ts';
import { formatRows, withRows, type Columns, type RowOptions } from './show-rows.ts';
import { withDocker } from './with-docker.ts';

const listed = z.object({
  Volumes: z
    .array(
      z.object({
        Name: z.string(),
        Driver: z.string(),
        Scope: z.string(),
        Mountpoint: z.string(),
        CreatedAt: z.string(),
        Labels: z.record(z.string(), z.string()).nullable(),
      }),
    )
    .nullable(),
});

const users = z.array(
  z.object({ Names: z.array(z.string()), Mounts: z.array(z.object({ Name: z.string().optional() })) }),
);

const columns: Columns = [
  ['DRIVER', 'Driver'],
  ['VOLUME NAME', 'Name'],
  ['CREATED', 'CreatedSince'],
  ['USED BY', 'UsedBy'],
];

interface ListOptions extends PlaceOptions, RowOptions {
  readonly filter: readonly string[];
}

export function volumeLsCommand(): Command {
  return withRows(withFilter(withPlace(new Command('ls').alias('list'))))
    .description('list them')
    .option('-q, --quiet', 'only names')
    .action(({ filter, format, quiet, ...options }: ListOptions) =>
      withDocker(options, async (docker) => {
        const answer = await docker.ask('GET', '/volumes', { query: { filters: filtersQuery(filter) } });
        const containers = users.parse(await docker.ask('GET', '/containers/json', { query: { all: true } }));
        const rows = (listed.parse(answer).Volumes ?? []).map(({ Labels, ...volume }) => ({
          ...volume,
          CreatedSince: formatAge(Date.parse(volume.CreatedAt) / 1000, Date.now() / 1000),
          UsedBy: containers
            .filter(({ Mounts }) => Mounts.some(({ Name }) => Name === volume.Name))
            .flatMap(({ Names }) => Names.map((name) => name.replace(/^\//, '')))
            .join(', '),
          Labels: Object.entries(Labels ?? {})
            .map(([name, value]) => `${name}=${value}`)
            .join(','),
        }));
        if (quiet === true) process.stdout.write(rows.map(({ Name }) => `${Name}\n`).join(''));
        else process.stdout.write(formatRows(format, rows, columns));
      }),
    );
}

interface CreateOptions extends PlaceOptions {
  readonly name?: string;
  readonly driver?: string;
  readonly label?: readonly string[];
  readonly opt?: readonly string[];
}

const created = z.object({ Name: z.string() });

export function volumeCreateCommand(): Command {
  return withPlace(new Command('create'))
    .description('make one')
    .argument('[name]', 'nobody names it when left out')
    .option('-d, --driver <driver>', 'what keeps it', 'local')
    .option('--label <label>', 'NAME=value', repeated)
    .option('-o, --opt <option>', 'NAME=value, of its driver', repeated)
    .action((name: string | undefined, { driver, label = [], opt = [], ...options }: CreateOptions) =>
      withDocker(options, async (docker) => {
        const body = {
          Name: name,
          Driver: driver,
          Labels: Object.fromEntries(label.map(parsePair)),
          DriverOpts: Object.fromEntries(opt.map(parsePair)),
        };
        process.stdout.write(`${created.parse(await docker.ask('POST', '/volumes/create', { body })).Name}\n`);
      }),
    );
}

export function volumeRmCommand(): Command {
  return withPlace(new Command('rm').alias('remove'))
    .description('remove some, into the trash')
    .argument('<volume...>')
    .option('-f, --force', 'one that is not there is no failure')
    .action((names: readonly string[], { force, ...options }: PlaceOptions & { readonly force?: true }) =>
      withDocker(options, (docker) =>
        eachOf(names, async (name) => {
          await docker.ask('DELETE', `/volumes/${encodeURIComponent(name)}`, { query: { force } });
        }),
      ),
    );
}

const pruned = z.object({ VolumesDeleted: z.array(z.string()).nullable(), SpaceReclaimed: z.number() });

export function volumePruneCommand(): Command {
  return withFilter(withPlace(new Command('prune')))
    .description('remove the nameless ones that no container has, into the trash')
    .option('-a, --all', 'those with names too')
    .option('--force', 'without asking')
    .action(({ filter, all, force, ...options }: ListOptions & { readonly all?: true; readonly force?: true }) =>
      withDocker(options, async (docker) => {
        const which = all === true ? 'all' : 'anonymous';
        if (!(await confirm(`This will remove ${which} local volumes not used by at least one container.`, force)))
          return;
        const { text, freedBytes } = await pruneVolumes(docker, all === true ? [...filter, 'all=true'] : filter);
        process.stdout.write(`${text}Total reclaimed space: ${formatBytes(freedBytes)}\n`);
      }),
    );
}

/** What is told of a removal, and the bytes that it frees once it is gone for good. */
export interface Pruned {
  readonly text: string;
  readonly freedBytes: number;
}

export async function pruneVolumes(docker: DockerHttp, filter: readonly string[]): Promise<Pruned> {
  const answer = await docker.ask('POST', '/volumes/prune', { query: { filters: filtersQuery(filter) } });
  const { VolumesDeleted, SpaceReclaimed } = pruned.parse(answer);
  const gone = VolumesDeleted ?? [];
  const text = gone.length === 0 ? '' : `Deleted Volumes:\n${gone.map((name) => `${name}\n`).join('')}\n`;
  return { text, freedBytes: SpaceReclaimed };
}
