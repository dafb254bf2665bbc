import type { Command } from 'commander';

import type { EngineClient } from '#engine/contract/client.ts';
import type { FoundRepository, NamesPage, RemoteImage } from '#engine/contract/registry.ts';

import { formatBytes } from './format.ts';
import { print, withFormat, type FormatOptions } from './output-format.ts';
import { parseCount } from './parse-count.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { addRemoteSettings } from './remote-settings.ts';
import { addRemoteSignatures } from './remote-signatures.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

type Options = PlaceOptions & FormatOptions;

/** What registries have; nothing of it is fetched. */
export function addRemote(program: Command): void {
  const remote = program
    .command('remote')
    .description('look around in a registry: repositories, tags, what they lead to');
  question(remote, 'repositories', 'all repositories, where the registry tells')
    .argument('<registry>', 'for example registry.example:5000')
    .action((registry: string, options: Options) =>
      withEngine(options, async (engine) =>
        print(
          options,
          await allNames((after) => engine.call('registries.repositories', { registry, ...after })),
          asLines,
        ),
      ),
    );
  question(remote, 'tags', 'all tags of a repository')
    .argument('<repository>', 'for example redis or registry.example:5000/team/app')
    .action((repository: string, options: Options) =>
      withEngine(options, async (engine) =>
        print(options, await allNames((after) => engine.call('registries.tags', { repository, ...after })), asLines),
      ),
    );
  question(remote, 'search', 'repositories by a part of their names')
    .argument('<term>')
    .option('--registry <host>', "where; Docker's hub unless told")
    .option('--limit <n>', 'at most so many', parseCount, 25)
    .action((term: string, { registry, limit, ...options }: Options & { registry?: string; limit: number }) =>
      withEngine(options, async (engine) => {
        const where = registry === undefined ? {} : { registry };
        print(options, await engine.call('registries.search', { term, limit, ...where }), foundTable);
      }),
    );
  question(remote, 'inspect', 'what a name leads to')
    .argument('<reference>', 'for example redis:4.0.6')
    .action((reference: string, options: Options) =>
      withEngine(options, async (engine) =>
        print(options, await engine.call('registries.inspect', { reference }), remoteTable),
      ),
    );
  question(remote, 'rm', 'remove a tag there, or with a digest a manifest and all its tags')
    .argument('<reference>', 'for example registry.example:5000/team/app:v1')
    .option('--whole', 'the manifest with all its tags, where the registry removes no tag alone')
    .action((reference: string, { whole, ...options }: Options & { whole?: true }) =>
      withEngine(options, (engine) => remove(engine, { reference, whole: whole === true }, options)),
    );
  addRemoteSettings(remote);
  addRemoteSignatures(remote);
}

function question(remote: Command, name: string, description: string): Command {
  return withFormat(withPlace(remote.command(name))).description(description);
}

/** A registry sends a page at a time. */
async function allNames(ask: (after: { after?: string }) => Promise<NamesPage>): Promise<readonly string[]> {
  const all: string[] = [];
  let page = await ask({});
  all.push(...page.names);
  while (page.next !== undefined) {
    page = await ask({ after: page.next });
    all.push(...page.names);
  }
  return all;
}

async function remove(
  engine: EngineClient,
  asked: { readonly reference: string; readonly whole: boolean },
  options: FormatOptions,
): Promise<void> {
  const done = await engine.call('registries.remove', asked);
  print(options, done, ({ removed, digest }) =>
    removed === 'tag'
      ? `${asked.reference} is no tag there any more\n`
      : `${digest} is removed there, with all its tags\n`,
  );
}

function asLines(names: readonly string[]): string {
  return names.map((name) => `${name}\n`).join('');
}

function foundTable(found: readonly FoundRepository[]): string {
  const rows = found.map(({ name, stars, isOfficial, description }) => [
    name,
    String(stars),
    isOfficial ? 'official' : '',
    description,
  ]);
  return formatTable(['NAME', 'STARS', '', 'DESCRIPTION'], rows);
}

function remoteTable({ reference, digest, mediaType, size, platforms }: RemoteImage): string {
  return [
    `${reference} is ${digest}\n`,
    `${mediaType}, ${formatBytes(size)}\n`,
    ...platforms.map((platform) => `${platform}\n`),
  ].join('');
}
