import type { Command } from 'commander';

import { followJob } from './follow-job.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { withEngine } from './with-engine.ts';

export function addPull(program: Command): void {
  withPlace(program.command('pull'))
    .description('fetch an image from its registry')
    .argument('<reference>', 'for example redis:4.0.6 or registry.example.com/team/app:v1')
    .option('--platform <platform>', 'for example linux/arm64 (default: this machine)')
    .action((reference: string, options: PlaceOptions & { readonly platform?: string }) =>
      withEngine(options, async (engine, signal) => {
        const params = { reference, ...(options.platform === undefined ? {} : { platform: options.platform }) };
        const job = await followJob(engine, {
          begin: async () => (await engine.call('images.pull', params)).job,
          signal,
        });
        process.stdout.write(`${job.progress?.imageId ?? job.title}\n`);
      }),
    );
}
