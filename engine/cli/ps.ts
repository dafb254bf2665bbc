import type { Command } from 'commander';

import type { ContainerSummary } from '#engine/contract/container.ts';

import { formatAge } from './format.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

const SHOWN_COMMAND = 30;

export function addPs(program: Command): void {
  withPlace(program.command('ps'))
    .description('list the containers that run')
    .option('-a, --all', 'those too that have ended')
    .action((options: PlaceOptions & { readonly all?: boolean }) =>
      withEngine(options, async (engine) => {
        const containers = await engine.call('containers.list', { all: options.all ?? false });
        process.stdout.write(containersTable(containers, Date.now() / 1000));
      }),
    );
}

/** @param now unix seconds. */
export function containersTable(containers: readonly ContainerSummary[], now: number): string {
  const rows = containers.map(({ Id, Names, Image, Command, Created, Status }) => [
    Id.slice(0, 12),
    Names.map((name) => name.replace(/^\//, '')).join(', '),
    Image,
    Command.length > SHOWN_COMMAND ? `${Command.slice(0, SHOWN_COMMAND - 1)}…` : Command,
    formatAge(Created, now),
    Status,
  ]);
  return formatTable(['ID', 'NAME', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS'], rows);
}
