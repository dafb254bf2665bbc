import type { Command } from 'commander';

import type { RuntimeSettings } from '#engine/contract/container-options.ts';

import { print, withFormat, type FormatOptions } from './output-format.ts';
import { withPlace, type PlaceOptions } from './place-options.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

interface RuntimesOptions extends PlaceOptions, FormatOptions {
  readonly usual?: string;
}

export function addRuntimes(program: Command): void {
  withFormat(withPlace(program.command('runtimes')))
    .description('what can make containers on this machine, and which does for those that ask for no other')
    .option('--usual <name>', 'make it this one, for containers made from now on')
    .action(({ usual, format, ...place }: RuntimesOptions) =>
      withEngine(place, async (engine) => {
        const asked = usual === undefined ? {} : { usual };
        print({ format }, await engine.call('containers.runtimes', asked), runtimesTable);
      }),
    );
}

function runtimesTable({ usual, available }: RuntimeSettings): string {
  return formatTable(
    ['RUNTIME', 'USUAL'],
    available.map((name) => [name, name === usual ? 'yes' : '']),
  );
}
