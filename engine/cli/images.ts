import type { Command } from 'commander';

import { shortDigest } from '#engine/contract/digest.ts';
import type { ImageSummary } from '#engine/contract/image.ts';

import { formatAge, formatBytes } from './format.ts';
import { print, withFormat, type FormatOptions } from './output-format.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { sharedTree } from './shared-tree.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

export function addImages(program: Command): void {
  withFormat(withPlace(program.command('images')))
    .description('list the images, one row a hash')
    .option('--shared', 'which of them share which layers, as a tree')
    .action((options: PlaceOptions & FormatOptions & { readonly shared?: true }) =>
      withEngine(options, async (engine) => {
        if (options.shared === true) print(options, await engine.call('inspect.sharedMap', {}), sharedTree);
        else print(options, await engine.call('images.list', {}), (images) => imagesTable(images, Date.now() / 1000));
      }),
    );
}

/** @param now unix seconds. */
export function imagesTable(images: readonly ImageSummary[], now: number): string {
  if (images.length === 0) return 'There are no images yet: estrato bootstrap busybox makes a first one.\n';
  const rows = images.map((image) => [
    namesOf(image, now),
    shortDigest(image.Id),
    formatAge(image.Created, now),
    `${image.layerCount}`,
    formatBytes(image.Size),
    formatBytes(image.bytes?.owned ?? image.uniqueSize),
  ]);
  return formatTable(['IMAGE', 'ID', 'CREATED', 'LAYERS', 'SIZE', 'UNIQUE'], rows);
}

function namesOf({ RepoTags, lastTag, lastTagAt }: ImageSummary, now: number): string {
  if (RepoTags.length > 0) return RepoTags.join(', ');
  if (lastTag === undefined) return '<none>';
  const until = lastTagAt === undefined ? '' : ` until ${formatAge(lastTagAt / 1000, now)}`;
  return `<none> (was ${lastTag}${until})`;
}
