import { Command } from 'commander';
import { z } from 'zod';

import { formatBytes } from '#engine/cli/format.ts';
import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';

import { formatRows, withRows, type Columns, type Row, type RowOptions } from './show-rows.ts';
import { withDocker } from './with-docker.ts';

const usage = z.object({
  LayersSize: z.number().optional(),
  Images: z.array(z.object({ Size: z.number(), SharedSize: z.number(), Containers: z.number() })).nullish(),
  Containers: z.array(z.object({ SizeRw: z.number().optional(), State: z.string() })).nullish(),
  Volumes: z.array(z.object({ UsageData: z.object({ Size: z.number(), RefCount: z.number() }).nullish() })).nullish(),
  BuildCache: z.array(z.object({ Size: z.number(), InUse: z.boolean(), Shared: z.boolean() })).nullish(),
});

const columns: Columns = [
  ['TYPE', 'Type'],
  ['TOTAL', 'TotalCount'],
  ['ACTIVE', 'Active'],
  ['SIZE', 'Size'],
  ['RECLAIMABLE', 'Reclaimable'],
];

export function systemDfCommand(): Command {
  return withRows(withPlace(new Command('df')))
    .description('what takes room, kind by kind; estrato df says whose it is')
    .action(({ format, ...options }: PlaceOptions & RowOptions) =>
      withDocker(options, async (docker) => {
        const found = usage.parse(await docker.ask('GET', '/system/df'));
        process.stdout.write(formatRows(format, usageRows(found), columns));
      }),
    );
}

export function usageRows({ LayersSize = 0, ...of }: z.infer<typeof usage>): Row[] {
  const [images, containers, volumes, builds] = [
    of.Images ?? [],
    of.Containers ?? [],
    of.Volumes ?? [],
    of.BuildCache ?? [],
  ];
  // What an image has too is counted there.
  const own = builds.filter(({ Shared }) => !Shared);
  const unused = images.filter(({ Containers }) => Containers <= 0);
  return [
    row('Images', { all: images.length, active: images.length - unused.length }, [
      LayersSize,
      sum(unused.map(({ Size, SharedSize }) => Size - Math.max(SharedSize, 0))),
    ]),
    row(
      'Containers',
      { all: containers.length, active: containers.filter(({ State }) => State === 'running').length },
      [
        sum(containers.map(({ SizeRw = 0 }) => SizeRw)),
        sum(containers.filter(({ State }) => State !== 'running').map(({ SizeRw = 0 }) => SizeRw)),
      ],
    ),
    row(
      'Local Volumes',
      { all: volumes.length, active: volumes.filter(({ UsageData }) => (UsageData?.RefCount ?? 0) > 0).length },
      [
        sum(volumes.map(({ UsageData }) => Math.max(UsageData?.Size ?? 0, 0))),
        sum(volumes.map(({ UsageData }) => (UsageData?.RefCount === 0 ? Math.max(UsageData.Size, 0) : 0))),
      ],
    ),
    row('Build Cache', { all: builds.length, active: builds.filter(({ InUse }) => InUse).length }, [
      sum(own.map(({ Size }) => Size)),
      sum(own.map(({ Size, InUse }) => (InUse ? 0 : Size))),
    ]),
  ];
}

interface Counts {
  readonly all: number;
  readonly active: number;
}

function row(kind: string, { all, active }: Counts, [bytes, spare]: readonly [number, number]): Row {
  const share = bytes === 0 ? '' : ` (${Math.round((spare / bytes) * 100)}%)`;
  return {
    Type: kind,
    TotalCount: String(all),
    Active: String(active),
    Size: formatBytes(bytes),
    Reclaimable: `${formatBytes(spare)}${share}`,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
