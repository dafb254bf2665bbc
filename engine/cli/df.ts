import type { Command } from 'commander';

import { shortDigest } from '#engine/contract/digest.ts';
import type { ImageSummary } from '#engine/contract/image.ts';
import type { StorageSum } from '#engine/contract/store.ts';

import { formatBytes } from './format.ts';
import { print, withFormat, type FormatOptions } from './output-format.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

export function addDf(program: Command): void {
  withFormat(withPlace(program.command('df')))
    .description('what images take on the disk, and who has what of it')
    .option('-v, --verbose', 'each image too')
    .action((options: PlaceOptions & FormatOptions & { readonly verbose?: true }) =>
      withEngine(options, async (engine) => {
        const storage = await engine.call('images.storage', {});
        const images = options.verbose === true ? await engine.call('images.list', {}) : undefined;
        const shown = images === undefined ? storage : { ...storage, list: images };
        print(options, shown, () => storageTable(storage, images));
      }),
    );
}

/** The parts add up to the last line. */
export function storageTable(sum: StorageSum, images: readonly ImageSummary[] | undefined): string {
  const rows = [
    ['only in one image', sum.ownedBytes],
    ['shared by images', sum.sharedBytes],
    ['only for containers', sum.containerBytes],
    ['in the trash', sum.trashBytes],
    ['for indexes of platforms', sum.documentBytes],
    ['only for builds to come', sum.buildBytes],
    ['coming in', sum.incomingBytes],
    ['all of it', sum.totalBytes],
  ] as const;
  const table = formatTable(
    ['WHAT', 'SIZE', 'BYTES'],
    rows.map(([what, bytes]) => [what, formatBytes(bytes), `${bytes}`]),
  );
  return images === undefined ? table : `${table}\n${imagesTable(images)}`;
}

function imagesTable(images: readonly ImageSummary[]): string {
  const rows = images.map(({ Id, RepoTags, bytes = { total: 0, owned: 0, shared: 0 } }) => [
    RepoTags[0] ?? '<none>',
    shortDigest(Id),
    formatBytes(bytes.total),
    formatBytes(bytes.owned),
    formatBytes(bytes.shared),
  ]);
  return formatTable(['IMAGE', 'ID', 'ON DISK', 'OWN', 'SHARED'], rows);
}
