import type { Command } from 'commander';

import { confirm } from './docker/confirm.ts';
import { formatBytes } from './format.ts';
import { print, withFormat, type FormatOptions } from './output-format.ts';
import { withPlace, type PlaceOptions } from './place-options.ts';
import { withEngine } from './with-engine.ts';

interface PruneOptions extends PlaceOptions, FormatOptions {
  readonly all?: true;
  readonly force?: true;
}

export function addBuildsPrune(builds: Command): void {
  withFormat(withPlace(builds.command('prune')))
    .description('forget what steps have made, and folders that clients have sent; images and records of builds stay')
    .option('-a, --all', 'directories of cache mounts too')
    .option('--force', 'without asking')
    .action(async ({ all, force, ...options }: PruneOptions) => {
      const mounts = all === true ? ', and the directories of cache mounts' : '';
      if (!(await confirm(`This will remove what steps of builds have made and no image has${mounts}.`, force))) return;
      await withEngine(options, async (engine) => {
        const pruned = await engine.call('builds.prune', { withMounts: all === true });
        print(
          options,
          pruned,
          ({ steps, freedBytes }) => `${steps} steps forgotten, ${formatBytes(freedBytes)} freed\n`,
        );
      });
    });
}
