import { Option, type Command } from 'commander';

import type { PushPreview } from '#engine/contract/transfer-preview.ts';

import { followJob } from './follow-job.ts';
import { formatBytes } from './format.ts';
import { print } from './output-format.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

interface PushOptions extends PlaceOptions {
  readonly image?: string;
  readonly compression?: 'gzip' | 'zstd';
  readonly overwrite?: boolean;
  readonly allPlatforms?: boolean;
  readonly dryRun?: boolean;
  readonly format: 'table' | 'json';
}

export function addPush(program: Command): void {
  withPlace(program.command('push'))
    .description('send an image to its registry, under the name that it has here or is to have')
    .argument('<reference>', 'for example registry.example.com/team/app:v1')
    .option('--image <image>', "one that doesn't have that name here; it is given it once it is there")
    .addOption(
      new Option('--compression <kind>', 'of layers that were made here (default: gzip)').choices(['gzip', 'zstd']),
    )
    .option('--overwrite', "also where the tag leads to somebody else's image there")
    .option('-a, --all-platforms', 'the images of all platforms, as they were pulled with --all-platforms')
    .option('--dry-run', 'only say what would be sent, what is there already, and what the tag leads to now')
    .addOption(new Option('--format <format>', 'of a dry run').choices(['table', 'json']).default('table'))
    .action(
      (reference: string, { image, compression, overwrite, allPlatforms, dryRun, format, ...options }: PushOptions) =>
        withEngine(options, async (engine, signal) => {
          const params = {
            reference,
            ...(image === undefined ? {} : { image }),
            ...(compression === undefined ? {} : { compression }),
          };
          if (dryRun === true) {
            print({ format }, await engine.call('images.previewPush', params), previewTable);
            return;
          }
          const all = {
            ...params,
            allPlatforms: allPlatforms === true,
            ...(overwrite === undefined ? {} : { overwrite }),
          };
          const begin = async (): Promise<string> => (await engine.call('images.push', all)).job;
          const { progress, title } = await followJob(engine, { begin, signal });
          process.stdout.write(`${progress?.manifestDigest ?? title}\n`);
        }),
    );
}

const states = { there: 'there already', mountable: 'may be taken over there', missing: 'to send' };

/** The top layer first, as a stack stands. */
function previewTable({ layers, bytes, overwrites }: PushPreview): string {
  const rows = layers
    .toReversed()
    .map(({ diffId, digest, size, isExact, state }) => [
      (digest ?? diffId).slice(7, 19),
      isExact ? formatBytes(size) : `< ${formatBytes(size)}`,
      states[state],
    ]);
  return `${formatTable(['LAYER', 'SIZE', 'STATE'], rows)}${formatBytes(bytes)} to send\n${tagLine(overwrites)}`;
}

function tagLine(overwrites: PushPreview['overwrites']): string {
  if (overwrites === undefined) return 'The tag is new there\n';
  const { digest, isSame, isSeen } = overwrites;
  if (isSame) return `The tag leads to the same image there already: ${digest}\n`;
  const whose = isSeen ? 'which was pulled or pushed here' : "which is somebody else's: it takes --overwrite";
  return `The tag leads to ${digest} there, ${whose}\n`;
}
