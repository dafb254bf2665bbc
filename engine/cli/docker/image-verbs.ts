import { Command } from 'commander';
import { z } from 'zod';

import { formatAge, formatBytes } from '#engine/cli/format.ts';
import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';
import { canonicalRepository, parseReference } from '#engine/contract/reference.ts';

import { formatRows, withRows, type Columns, type RowOptions } from './show-rows.ts';
import { withDocker } from './with-docker.ts';

export function tagCommand(): Command {
  return withPlace(new Command('tag'))
    .description('give an image another name')
    .argument('<image>', 'a name or an id')
    .argument('<name>', 'for example registry.example:5000/team/app:v1')
    .action((image: string, name: string, options: PlaceOptions) =>
      withDocker(options, async (docker) => {
        const reference = parseReference(name);
        const query = { repo: canonicalRepository(reference), tag: reference.tag };
        await docker.ask('POST', `/images/${image}/tag`, { query });
      }),
    );
}

const steps = z.array(
  z.object({
    Id: z.string(),
    Created: z.number(),
    CreatedBy: z.string(),
    Size: z.number(),
    Comment: z.string(),
  }),
);

const SHOWN_STEP = 45;

interface HistoryOptions extends PlaceOptions, RowOptions {
  readonly trunc: boolean;
  readonly human: boolean;
}

const columns: Columns = [
  ['IMAGE', 'ID'],
  ['CREATED', 'CreatedSince'],
  ['CREATED BY', 'CreatedBy'],
  ['SIZE', 'Size'],
  ['COMMENT', 'Comment'],
];

export function historyCommand(): Command {
  return withRows(withPlace(new Command('history')))
    .description('the steps that made an image, the last first; image layers shows more')
    .argument('<image>')
    .option('--no-trunc', 'everything whole')
    .option('-H, --no-human', 'sizes in bytes, times as dates')
    .option('-q, --quiet', 'only ids')
    .action((image: string, options: HistoryOptions) =>
      withDocker(options, async (docker) => {
        const { trunc, human, quiet, format } = options;
        const found = steps.parse(await docker.ask('GET', `/images/${image}/history`));
        const rows = found.map(({ Id, Created, CreatedBy, Size, Comment }) => ({
          ID: trunc ? Id.replace(/^sha256:/, '').slice(0, 12) : Id,
          CreatedSince: human ? formatAge(Created, Date.now() / 1000) : new Date(Created * 1000).toISOString(),
          CreatedAt: new Date(Created * 1000).toISOString(),
          CreatedBy: trunc && CreatedBy.length > SHOWN_STEP ? `${CreatedBy.slice(0, SHOWN_STEP - 1)}…` : CreatedBy,
          Size: human ? formatBytes(Size) : String(Size),
          Comment,
        }));
        if (quiet === true) process.stdout.write(rows.map(({ ID }) => `${ID}\n`).join(''));
        else process.stdout.write(formatRows(format, rows, columns));
      }),
    );
}
