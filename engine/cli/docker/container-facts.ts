import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

import { Command } from 'commander';
import { z } from 'zod';

import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';
import { repeated } from '#engine/cli/repeated.ts';
import { formatTable } from '#engine/cli/table.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { canonicalRepository, parseReference } from '#engine/contract/reference.ts';

import { addressText } from './ports-text.ts';
import { withDocker } from './with-docker.ts';

const processes = z.object({ Titles: z.array(z.string()), Processes: z.array(z.array(z.string())) });

export function topCommand(): Command {
  return withPlace(new Command('top'))
    .description('the processes of a container')
    .argument('<container>')
    .argument('[ps-options...]', 'what ps(1) is told', [])
    .passThroughOptions()
    .allowUnknownOption()
    .action((id: string, words: readonly string[], options: PlaceOptions) =>
      withDocker(options, async (docker) => {
        const query = { ps_args: words.join(' ') };
        const path = `/containers/${encodeURIComponent(id)}/top`;
        const { Titles, Processes } = processes.parse(await docker.ask('GET', path, { query }));
        process.stdout.write(formatTable(Titles, Processes));
      }),
    );
}

const ports = z.object({
  NetworkSettings: z.object({
    Ports: z.record(z.string(), z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable()),
  }),
});

export function portCommand(): Command {
  return withPlace(new Command('port'))
    .description('where the ports of a container are published')
    .argument('<container>')
    .argument('[port]', 'only this one: 80, or 53/udp')
    .action((id: string, port: string | undefined, options: PlaceOptions) =>
      withDocker(options, async (docker) => {
        const path = `/containers/${encodeURIComponent(id)}/json`;
        const { NetworkSettings } = ports.parse(await docker.ask('GET', path));
        const wanted = port === undefined || port.includes('/') ? port : `${port}/tcp`;
        const found = Object.entries(NetworkSettings.Ports).filter(([name]) => wanted === undefined || name === wanted);
        const lines = found.flatMap(([name, bindings]) =>
          (bindings ?? []).map(({ HostIp, HostPort }) => {
            const place = `${addressText(HostIp)}:${HostPort}`;
            return wanted === undefined ? `${name} -> ${place}\n` : `${place}\n`;
          }),
        );
        if (wanted !== undefined && lines.length === 0) {
          throw new EngineError('not-found', `No public port '${wanted}' published for ${id}`);
        }
        process.stdout.write(lines.join(''));
      }),
    );
}

const changes = z.array(z.object({ Path: z.string(), Kind: z.int() })).nullable();
/** `ChangeType` of the Docker Engine API. */
const LETTERS = ['C', 'A', 'D'];

export function diffCommand(): Command {
  return withPlace(new Command('diff'))
    .description('what a container has changed, added and deleted in its files')
    .argument('<container>')
    .action((id: string, options: PlaceOptions) =>
      withDocker(options, async (docker) => {
        const found = changes.parse(await docker.ask('GET', `/containers/${encodeURIComponent(id)}/changes`)) ?? [];
        process.stdout.write(found.map(({ Path, Kind }) => `${LETTERS[Kind] ?? '?'} ${Path}\n`).join(''));
      }),
    );
}

export function exportCommand(): Command {
  return withPlace(new Command('export'))
    .description("a container's files as a tar")
    .argument('<container>')
    .option('-o, --output <file>', 'where to; standard output if left out')
    .action((id: string, { output, ...options }: PlaceOptions & { readonly output?: string }) =>
      withDocker(options, async (docker, signal) => {
        if (output === undefined && process.stdout.isTTY) {
          throw new EngineError(
            'invalid-argument',
            'cowardly refusing to save to a terminal. Use the -o flag or redirect',
          );
        }
        const answer = await docker.open('GET', `/containers/${encodeURIComponent(id)}/export`, { signal });
        if (output === undefined) await pipeline(answer, process.stdout, { end: false });
        else await pipeline(answer, createWriteStream(output));
      }),
    );
}

interface CommitOptions extends PlaceOptions {
  readonly author?: string;
  readonly message?: string;
  readonly change?: readonly string[];
  readonly pause: boolean;
}

const committed = z.object({ Id: z.string() });

export function commitCommand(): Command {
  return withPlace(new Command('commit'))
    .description('an image of a container as it stands')
    .argument('<container>')
    .argument('[name]', 'what to call it: team/app:v1')
    .option('-a, --author <author>', 'who made it')
    .option('-m, --message <text>', 'what its history says')
    .option('-c, --change <instruction>', 'a line of a Dockerfile, such as CMD ["sh"]', repeated)
    .option('--no-pause', 'its processes go on meanwhile')
    .option('-p, --pause', 'they stand still (default)')
    .action((container: string, name: string | undefined, options: CommitOptions) =>
      withDocker(options, async (docker) => {
        const { author, message: comment, change, pause } = options;
        const reference = name === undefined ? undefined : parseReference(name);
        const named = reference === undefined ? {} : { repo: canonicalRepository(reference), tag: reference.tag };
        const query = { container, ...named, author, comment, changes: change?.join('\n'), pause };
        process.stdout.write(`${committed.parse(await docker.ask('POST', '/commit', { query, body: {} })).Id}\n`);
      }),
    );
}
