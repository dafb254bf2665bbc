import { Option, type Command } from 'commander';

import type { PullPreview } from '#engine/contract/transfer-preview.ts';

import { followJob } from './follow-job.ts';
import { formatBytes } from './format.ts';
import { print } from './output-format.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

interface PullOptions extends PlaceOptions {
  readonly platform?: string;
  readonly allPlatforms?: boolean;
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
  readonly format: 'table' | 'json';
}

export function addPull(program: Command): void {
  withPlace(program.command('pull'))
    .description('fetch an image from its registry')
    .argument('<reference>', 'for example redis:4.0.6 or registry.example.com/team/app:v1')
    .option('--platform <platform>', 'for example linux/arm64 (default: this machine)')
    .option('-a, --all-platforms', 'also the images for other platforms, kept as they came')
    .option('-q, --quiet', 'say nothing of how far it is')
    .option('--dry-run', 'only say what would be fetched, and what is here already')
    .addOption(new Option('--format <format>', 'of a dry run').choices(['table', 'json']).default('table'))
    .action((reference: string, { platform, allPlatforms, dryRun, quiet, format, ...options }: PullOptions) =>
      withEngine(options, async (engine, signal) => {
        const params = { reference, ...(platform === undefined ? {} : { platform }) };
        if (dryRun === true) {
          print({ format }, await engine.call('images.previewPull', params), previewTable);
          return;
        }
        const job = await followJob(engine, {
          begin: async () => (await engine.call('images.pull', { ...params, allPlatforms: allPlatforms === true })).job,
          signal,
          isQuiet: quiet === true,
        });
        process.stdout.write(`${job.progress?.imageId ?? job.title}\n`);
      }),
    );
}

/** The top layer first, as a stack stands. */
function previewTable({ reference, digest, platform, platforms, layers, bytes }: PullPreview): string {
  const rows = layers
    .toReversed()
    .map((layer) => [layer.digest.slice(7, 19), formatBytes(layer.size), layer.isHere ? 'here already' : 'to fetch']);
  const others = platforms.filter((other) => other !== platform);
  return [
    `${reference} is ${digest}, for ${platform}${others.length === 0 ? '' : ` (also ${others.join(', ')})`}\n`,
    formatTable(['LAYER', 'SIZE', 'STATE'], rows),
    `${formatBytes(bytes)} to fetch\n`,
  ].join('');
}
