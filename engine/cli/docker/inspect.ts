import { Command } from 'commander';

import type { DockerHttp } from '#engine/client/docker-http.ts';
import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';

import { fillTemplate, isDocument, type Document } from './template.ts';
import { withDocker } from './with-docker.ts';

interface InspectOptions extends PlaceOptions {
  readonly format?: string;
  readonly type?: string;
  readonly size?: true;
}

/** Kinds of things in the order in which a name is looked for among them. */
const kinds = {
  container: (name: string) => `/containers/${encodeURIComponent(name)}/json`,
  image: (name: string) => `/images/${name}/json`,
  network: (name: string) => `/networks/${encodeURIComponent(name)}`,
  volume: (name: string) => `/volumes/${encodeURIComponent(name)}`,
} as const;
type Kind = keyof typeof kinds;

function isKind(text: string): text is Kind {
  return Object.hasOwn(kinds, text);
}

/** @param kind what is looked for; anything when left out. */
export function inspectCommand(kind?: Kind): Command {
  const command = withPlace(new Command('inspect'))
    .description(
      kind === undefined
        ? 'all there is to say about containers, images, networks, volumes'
        : `all there is to say about ${kind}s`,
    )
    .argument('<name...>', 'names or ids')
    .option('-f, --format <format>', 'json (all on one line), or a template like {{.State.Status}}')
    .option('-s, --size', 'the bytes of a container too');
  if (kind === undefined) command.option('--type <kind>', `only a ${Object.keys(kinds).join(', ')}`);
  return command.action((names: readonly string[], options: InspectOptions) =>
    withDocker(options, (docker) => inspect(docker, names, kind === undefined ? options : { ...options, type: kind })),
  );
}

async function inspect(docker: DockerHttp, names: readonly string[], options: InspectOptions): Promise<void> {
  const { format, type } = options;
  if (type !== undefined && !isKind(type)) {
    throw new EngineError('invalid-argument', `"${type}" is not a valid value for --type`);
  }
  const found: Document[] = [];
  for (const name of names) {
    const document = await find(docker, name, options);
    if (document !== undefined) found.push(document);
    else {
      process.stderr.write(`estrato: ${missing(name, type)}\n`);
      process.exitCode = 1;
    }
  }
  if (format === undefined) process.stdout.write(`${JSON.stringify(found, undefined, 4)}\n`);
  else if (format === 'json') process.stdout.write(`${JSON.stringify(found)}\n`);
  else for (const document of found) process.stdout.write(`${fillTemplate(format, document)}\n`);
}

async function find(docker: DockerHttp, name: string, { type, size }: InspectOptions): Promise<Document | undefined> {
  for (const [kind, pathOf] of Object.entries(kinds)) {
    if (type !== undefined && type !== kind) continue;
    try {
      const document = await docker.ask('GET', pathOf(name), { query: { size } });
      if (isDocument(document)) return document;
    } catch (error) {
      // An id that begins several, or a name that can't be an image's, is for the next kind to answer.
      if (toEngineError(error).code !== 'not-found' && (type !== undefined || kind === 'container')) throw error;
    }
  }
  return undefined;
}

function missing(name: string, type: string | undefined): string {
  return type === undefined ? `No such object: ${name}` : `No such ${type}: ${name}`;
}
