import { Option, type Command } from 'commander';

import { followJob } from './follow-job.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { withEngine } from './with-engine.ts';

interface PushOptions extends PlaceOptions {
  readonly compression?: 'gzip' | 'zstd';
  readonly overwrite?: boolean;
}

export function addPush(program: Command): void {
  withPlace(program.command('push'))
    .description('send an image to its registry, under the name that it has here')
    .argument('<reference>', 'for example registry.example.com/team/app:v1')
    .addOption(
      new Option('--compression <kind>', 'of layers that were made here (default: gzip)').choices(['gzip', 'zstd']),
    )
    .option('--overwrite', "also where the tag leads to somebody else's image there")
    .action((reference: string, { compression, overwrite, ...options }: PushOptions) =>
      withEngine(options, async (engine, signal) => {
        const params = {
          reference,
          ...(compression === undefined ? {} : { compression }),
          ...(overwrite === undefined ? {} : { overwrite }),
        };
        const begin = async (): Promise<string> => (await engine.call('images.push', params)).job;
        const { progress, title } = await followJob(engine, { begin, signal });
        process.stdout.write(`${progress?.manifestDigest ?? title}\n`);
      }),
    );
}
