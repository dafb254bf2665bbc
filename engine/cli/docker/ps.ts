import { Command } from 'commander';
import { z } from 'zod';

import { formatAge, formatBytes } from '#engine/cli/format.ts';
import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';

import { filtersQuery, withFilter } from './filters.ts';
import { portsText, shownPort } from './ports-text.ts';
import { formatRows, withRows, type Columns, type Row, type RowOptions } from './show-rows.ts';
import { withDocker } from './with-docker.ts';

const SHOWN_COMMAND = 20;

const listed = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()),
    Image: z.string(),
    Command: z.string(),
    Created: z.number(),
    Ports: z.array(shownPort),
    Labels: z.record(z.string(), z.string()),
    State: z.string(),
    Status: z.string(),
    SizeRw: z.number().optional(),
    SizeRootFs: z.number().optional(),
    Mounts: z.array(z.object({ Name: z.string().optional(), Source: z.string() })),
    NetworkSettings: z.object({ Networks: z.record(z.string(), z.unknown()) }),
  }),
);
export type ListedContainer = z.infer<typeof listed>[number];

interface PsOptions extends PlaceOptions, RowOptions {
  readonly all?: true;
  readonly filter: readonly string[];
  readonly last?: string;
  readonly latest?: true;
  readonly trunc: boolean;
  readonly size?: true;
}

export function psCommand(name = 'ps'): Command {
  return withRows(withFilter(withPlace(new Command(name))))
    .description('list the containers that run')
    .option('-a, --all', 'those too that have ended')
    .option('-n, --last <n>', 'the last ones made, whatever they do')
    .option('-l, --latest', 'the last one made')
    .option('--no-trunc', 'everything whole')
    .option('-q, --quiet', 'only ids')
    .option('-s, --size', 'how much each has written')
    .action((options: PsOptions) =>
      withDocker(options, async (docker) => {
        const { all, filter, last, latest, size } = options;
        const limit = latest === true ? '1' : last;
        const query = { all, limit, size, filters: filtersQuery(filter) };
        const found = listed.parse(await docker.ask('GET', '/containers/json', { query }));
        process.stdout.write(containersText(found, options, Date.now() / 1000));
      }),
    );
}

const columns: Columns = [
  ['CONTAINER ID', 'ID'],
  ['IMAGE', 'Image'],
  ['COMMAND', 'Command'],
  ['CREATED', 'RunningFor'],
  ['STATUS', 'Status'],
  ['PORTS', 'Ports'],
  ['NAMES', 'Names'],
];

/** @param now unix seconds. */
export function containersText(
  found: readonly ListedContainer[],
  { format, quiet, trunc, size }: Pick<PsOptions, 'format' | 'quiet' | 'trunc' | 'size'>,
  now: number,
): string {
  const rows = found.map((container) => rowOf(container, trunc, now));
  if (quiet === true) return rows.map(({ ID = '' }) => `${ID}\n`).join('');
  return formatRows(format, rows, size === true ? [...columns, ['SIZE', 'Size']] : columns);
}

function rowOf(container: ListedContainer, trunc: boolean, now: number): Row {
  const { Id, Names, Image, Command: command, Created, Labels, Mounts, SizeRw, SizeRootFs } = container;
  const isLong = trunc && command.length > SHOWN_COMMAND;
  return {
    ID: trunc ? Id.slice(0, 12) : Id,
    Image,
    Command: `"${isLong ? `${command.slice(0, SHOWN_COMMAND - 1)}…` : command}"`,
    CreatedAt: new Date(Created * 1000).toISOString(),
    RunningFor: formatAge(Created, now),
    State: container.State,
    Status: container.Status,
    Ports: portsText(container.Ports),
    Names: Names.map((name) => name.replace(/^\//, '')).join(','),
    Labels: Object.entries(Labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(','),
    Mounts: Mounts.map(({ Name, Source }) => Name ?? Source).join(','),
    Networks: Object.keys(container.NetworkSettings.Networks).join(','),
    Size: SizeRw === undefined ? '0B' : `${formatBytes(SizeRw)} (virtual ${formatBytes(SizeRootFs ?? 0)})`,
  };
}
