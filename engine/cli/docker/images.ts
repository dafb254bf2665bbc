import { Command } from 'commander';
import { z } from 'zod';

import { formatAge, formatBytes } from '#engine/cli/format.ts';
import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';

import { filtersQuery, withFilter } from './filters.ts';
import { formatRows, withRows, type Columns, type Row, type RowOptions } from './show-rows.ts';
import { withDocker } from './with-docker.ts';

const listed = z.array(
  z.object({
    Id: z.string(),
    RepoTags: z.array(z.string()).nullable(),
    RepoDigests: z.array(z.string()).nullable(),
    Created: z.number(),
    Size: z.number(),
    Containers: z.number().optional(),
  }),
);
type ListedImage = z.infer<typeof listed>[number];

interface ImagesOptions extends PlaceOptions, RowOptions {
  readonly all?: true;
  readonly digests?: true;
  readonly filter: readonly string[];
  readonly trunc: boolean;
  readonly shared?: true;
}

export function imagesCommand(name = 'images'): Command {
  return withRows(withFilter(withPlace(new Command(name))))
    .description('list the images')
    .argument('[repository]', 'only those of this name, or name and tag')
    .option('-a, --all', 'those too that are only steps of others')
    .option('--digests', 'the digests that registries have them under')
    .option('--no-trunc', 'ids whole')
    .option('-q, --quiet', 'only ids')
    .option('--shared', 'which of them share which layers, as a tree')
    .action((repository: string | undefined, options: ImagesOptions) =>
      options.shared === true ? showShared(options) : showImages(repository, options),
    );
}

async function showShared(options: ImagesOptions): Promise<void> {
  const { withEngine } = await import('#engine/cli/with-engine.ts');
  const { sharedTree } = await import('#engine/cli/shared-tree.ts');
  const { print } = await import('#engine/cli/output-format.ts');
  await withEngine(options, async (engine) => {
    const format = options.format === 'json' ? 'json' : 'table';
    print({ format }, await engine.call('inspect.sharedMap', {}), sharedTree);
  });
}

function showImages(repository: string | undefined, options: ImagesOptions): Promise<void> {
  const { all, digests, filter, format, quiet, trunc } = options;
  return withDocker(options, async (docker) => {
    const filters = [...filter, ...(repository === undefined ? [] : [`reference=${repository}`])];
    const query = { all, filters: filtersQuery(filters) };
    const found = listed.parse(await docker.ask('GET', '/images/json', { query }));
    const rows = found.flatMap((image) => rowsOf(image, trunc, Date.now() / 1000));
    const ids = [...new Set(rows.map(({ ID = '' }) => ID))];
    if (quiet === true) process.stdout.write(ids.map((id) => `${id}\n`).join(''));
    else if (rows.length === 0 && format === undefined && filters.length === 0) process.stdout.write(NONE_YET);
    else process.stdout.write(formatRows(format, rows, digests === true ? digestColumns : columns));
  });
}

const NONE_YET = 'There are no images yet: estrato bootstrap busybox makes a first one.\n';

const columns: Columns = [
  ['REPOSITORY', 'Repository'],
  ['TAG', 'Tag'],
  ['IMAGE ID', 'ID'],
  ['CREATED', 'CreatedSince'],
  ['SIZE', 'Size'],
];
const digestColumns: Columns = [...columns.slice(0, 2), ['DIGEST', 'Digest'], ...columns.slice(2)];

/** A row for each name; one without a name has one too. @param now unix seconds. */
function rowsOf({ Id, RepoTags, RepoDigests, Created, Size }: ListedImage, trunc: boolean, now: number): Row[] {
  const names = RepoTags === null || RepoTags.length === 0 ? ['<none>:<none>'] : RepoTags;
  return names.map((name) => {
    const colon = name.lastIndexOf(':');
    const repository = name.slice(0, colon);
    const digest = RepoDigests?.find((known) => known.startsWith(`${repository}@`))?.split('@')[1];
    return {
      ID: trunc ? Id.replace(/^sha256:/, '').slice(0, 12) : Id,
      Repository: repository,
      Tag: name.slice(colon + 1),
      Digest: digest ?? '<none>',
      CreatedSince: formatAge(Created, now),
      CreatedAt: new Date(Created * 1000).toISOString(),
      Size: formatBytes(Size),
    };
  });
}
