import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { Command } from 'commander';

import type { DockerHttp } from '#engine/client/docker-http.ts';
import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';

import { localTree, pathFacts, unpackHere, type PathFacts } from './copied-tree.ts';
import { withDocker } from './with-docker.ts';

interface CopyOptions extends PlaceOptions {
  readonly archive?: true;
  readonly followLink?: true;
}

export function cpCommand(): Command {
  return withPlace(new Command('cp'))
    .description('copy files between a container and here')
    .argument('<source>', 'CONTAINER:PATH, or a path here; - is a tar on standard input')
    .argument('<destination>', 'a path here, or CONTAINER:PATH; - is a tar on standard output')
    .option('-a, --archive', 'whose they are there, they are here too')
    .option('-L, --follow-link', 'what the source leads to, not the link')
    .addHelpText(
      'after',
      '\nA source that ends in /. is what is in a folder. Into a folder that is there it is copied, elsewhere it becomes the destination.',
    )
    .action((source: string, destination: string, options: CopyOptions) =>
      withDocker(options, (docker) => copy(docker, [source, destination], options)),
    );
}

interface InContainer {
  readonly id: string;
  readonly path: string;
}

/** `web:/etc/hosts`; what begins like a path is one here, whatever colons it has. */
function inContainer(text: string): InContainer | undefined {
  const [, id, path] = /^([^:/.][^:/]*):(.*)$/s.exec(text) ?? [];
  return id === undefined || path === undefined ? undefined : { id, path };
}

async function copy(docker: DockerHttp, [from, to]: readonly [string, string], options: CopyOptions): Promise<void> {
  const [source, destination] = [inContainer(from), inContainer(to)];
  if (source !== undefined && destination !== undefined) {
    throw new EngineError('unsupported', 'copying between containers is not supported');
  }
  if (source !== undefined) await copyOut(docker, source, { to, ...options });
  else if (destination !== undefined) await copyIn(docker, from, { destination, ...options });
  else throw new EngineError('invalid-argument', 'must specify at least one container source');
}

async function copyOut(
  docker: DockerHttp,
  { id, path }: InContainer,
  { to, archive, followLink }: CopyOptions & { readonly to: string },
): Promise<void> {
  const place = `/containers/${encodeURIComponent(id)}/archive`;
  let facts = await pathFacts(docker, place, path);
  let source = path;
  if (followLink === true && facts.isLink) {
    if (facts.linkTarget === '')
      throw new EngineError('not-found', `Could not find the file ${path} in container ${id}`);
    source = facts.linkTarget;
    facts = await pathFacts(docker, place, source);
  }
  const target = to === '-' ? undefined : await targetOf(to, { facts, isContent: isContent(path) });
  const answer = await docker.open('GET', place, { query: { path: source } });
  if (target === undefined) return pipeline(answer, process.stdout, { end: false });
  await unpackHere(answer, { ...target, source: facts.name, keepsOwners: archive === true });
}

interface Target {
  /** A directory that is there. */
  readonly directory: string;
  /** What the source is called in it; undefined when only what is in the source goes there. */
  readonly name: string | undefined;
}

/** Where here a source goes, by what is there. @throws EngineError in Docker's words. */
async function targetOf(
  to: string,
  source: { readonly facts: Pick<PathFacts, 'name' | 'isDirectory'>; readonly isContent: boolean },
): Promise<Target> {
  const { facts } = source;
  const path = resolve(to);
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory() === true)
    return { directory: path, name: source.isContent || facts.name === '/' ? undefined : facts.name };
  if (there === undefined && to.endsWith('/') && !facts.isDirectory) {
    throw new EngineError('not-found', `the destination directory must exist: ${to}`);
  }
  if (there !== undefined && facts.isDirectory) throw new EngineError('invalid-argument', 'cannot copy directory');
  const parent = await stat(dirname(path)).catch(() => undefined);
  if (parent?.isDirectory() !== true) {
    throw new EngineError('not-found', `invalid output path: directory "${dirname(path)}" does not exist`);
  }
  return { directory: dirname(path), name: basename(path) };
}

async function copyIn(
  docker: DockerHttp,
  from: string,
  { destination, archive, followLink }: CopyOptions & { readonly destination: InContainer },
): Promise<void> {
  const { id, path } = destination;
  const place = `/containers/${encodeURIComponent(id)}/archive`;
  const there = await pathFacts(docker, place, path).catch((error: unknown) => {
    const told = toEngineError(error);
    if (told.code === 'not-found' && !/no such container/i.test(told.message)) return undefined;
    throw told;
  });
  const query = { noOverwriteDirNonDir: true, copyUIDGID: archive === true };
  if (from === '-') {
    if (there?.isDirectory !== true) {
      throw new EngineError('invalid-argument', `destination "${id}:${path}" must be a directory`);
    }
    await docker.ask('PUT', place, { query: { path, ...query }, bytes: process.stdin });
    return;
  }
  const source = await localTree(from, followLink === true);
  const target = placeIn(destination, there, { isDirectory: source.isDirectory, isContent: isContent(from) });
  const bytes = source.tar(target.name ?? (target.isContent ? undefined : source.name));
  await docker.ask('PUT', place, { query: { path: target.directory, ...query }, bytes });
}

/** Where in a container a source goes, by what is there. @throws EngineError in Docker's words. */
function placeIn(
  { id, path }: InContainer,
  there: PathFacts | undefined,
  source: { readonly isDirectory: boolean; readonly isContent: boolean },
): { readonly directory: string; readonly name?: string; readonly isContent: boolean } {
  if (there?.isDirectory === true) return { directory: path, isContent: source.isContent };
  if (!source.isDirectory && path.endsWith('/')) {
    throw new EngineError('not-found', `destination "${id}:${path}" must be a directory`);
  }
  if (there !== undefined && source.isDirectory) {
    throw new EngineError('invalid-argument', `cannot copy a directory to ${path}: it is no directory`);
  }
  const whole = path.replace(/\/+$/, '');
  return { directory: dirname(whole), name: basename(whole), isContent: false };
}

/** `folder/.` is what is in the folder. */
function isContent(path: string): boolean {
  return /(^|\/)\.$/.test(path);
}
