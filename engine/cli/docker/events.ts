import { Command } from 'commander';
import { z } from 'zod';

import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';

import { filtersQuery, withFilter } from './filters.ts';
import { momentOf } from './logs.ts';
import { fillTemplate } from './template.ts';
import { withDocker } from './with-docker.ts';

interface EventsOptions extends PlaceOptions {
  readonly filter: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly format?: string;
}

const happened = z.looseObject({
  Type: z.string(),
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()) }),
  timeNano: z.number(),
});
type Happened = z.infer<typeof happened>;

export function eventsCommand(): Command {
  return withFilter(withPlace(new Command('events')))
    .description('what happens, as it happens, until Ctrl-C')
    .option('--since <time>', 'from a moment before: a date, unix seconds, or so long ago (10m)')
    .option('--until <time>', 'until then')
    .option('--format <format>', 'json (a document a line), or a template like {{.Action}}')
    .action(({ filter, since, until, format, ...options }: EventsOptions) =>
      withDocker(options, async (docker, signal) => {
        const query = { since: momentOf(since), until: momentOf(until), filters: filtersQuery(filter) };
        for await (const line of docker.lines('GET', '/events', { query, signal })) {
          process.stdout.write(`${eventText(happened.parse(line), format)}\n`);
        }
      }),
    );
}

export function eventText(event: Happened, format: string | undefined): string {
  if (format === 'json') return JSON.stringify(event);
  if (format !== undefined) return fillTemplate(format, event);
  const { Type, Action, Actor, timeNano } = event;
  const attributes = Object.entries(Actor.Attributes).map(([name, value]) => `${name}=${value}`);
  return `${new Date(timeNano / 1e6).toISOString()} ${Type} ${Action} ${Actor.ID} (${attributes.join(', ')})`;
}
