import { Argument } from 'commander';
import type { Command } from 'commander';

import { followJob } from './follow-job.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { withEngine } from './with-engine.ts';

export function addBootstrap(program: Command): void {
  withPlace(program.command('bootstrap'))
    .description("make a first image from this machine's own Debian packages, without a registry")
    .addArgument(new Argument('<kind>', 'which image').choices(['busybox', 'debian']))
    .action((kind: 'busybox' | 'debian', options: PlaceOptions) =>
      withEngine(options, async (engine, signal) => {
        const job = await followJob(engine, {
          begin: async () => (await engine.call('images.bootstrap', { kind })).job,
          signal,
        });
        process.stdout.write(`${job.progress?.imageId ?? kind}\n`);
      }),
    );
}
