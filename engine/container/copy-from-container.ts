import type { BigIntStats } from 'node:fs';
import { basename } from 'node:path/posix';

import { encodeTarHeader, TAR_END } from '#engine/archive/encode-tar.ts';
import { resolveBeneath, type Place } from '#engine/archive/resolve-beneath.ts';
import { recordOf, TreeTar } from '#engine/archive/tar-of-tree.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import type { Container } from './container.ts';
import { openToRead, refuseMounted, type LiveTree } from './live-tree.ts';

/** What is at a path in a container, without following a link there. */
export interface PathFacts {
  readonly name: string;
  readonly stats: BigIntStats;
  /** Of a link: where it leads in the container, empty when nowhere. */
  readonly linkTarget: string;
}

/** What the kernel shows of the machine, and of which a copy would have no end. */
const kernelTrees = ['/proc', '/sys', '/dev'];

/** @throws EngineError `not-found` */
export async function statContainerPath(parts: ContainerParts, ref: string, path: string): Promise<PathFacts> {
  const container = parts.table.find(ref);
  await using tree = await openToRead(parts, container);
  await using place = await findFor(tree, container, path);
  return await factsOf(tree, container, { place, path });
}

/**
 * A file, or a directory with all that is in it, as a tar whose entries begin with its own name.
 * @throws EngineError `not-found`, `conflict` for what is mounted only while the container runs.
 */
export async function copyFromContainer(
  parts: ContainerParts,
  ref: string,
  path: string,
): Promise<{ readonly facts: PathFacts; readonly tar: AsyncGenerator<Uint8Array> }> {
  const container = parts.table.find(ref);
  await using undo = new AsyncDisposableStack();
  const tree = undo.use(await openToRead(parts, container));
  const place = undo.use(await findFor(tree, container, path));
  refuseMounted(tree, container, place.path);
  const facts = await factsOf(tree, container, { place, path });
  publishEvent(parts, container, 'archive-path');
  return { facts, tar: tarOf(place, facts, undo.move()) };
}

async function findFor(tree: LiveTree, container: Container, path: string): Promise<Place> {
  if (path === '') throw new EngineError('invalid-argument', "bad parameter: 'path' cannot be empty");
  const place = await resolveBeneath(tree.root, path, { followLast: false }).catch((error: unknown) => {
    if (error instanceof EngineError && error.code === 'not-found') throw absent(container, path);
    throw error;
  });
  if (place.name === undefined || (await place.directory.stat(place.name)) !== undefined) return place;
  await place[Symbol.asyncDispose]();
  throw absent(container, path);
}

async function factsOf(
  tree: LiveTree,
  container: Container,
  { place, path }: { readonly place: Place; readonly path: string },
): Promise<PathFacts> {
  const { directory, name } = place;
  const stats = name === undefined ? await directory.ownStat() : await directory.stat(name);
  if (stats === undefined) throw absent(container, path);
  const linkTarget = stats.isSymbolicLink() ? await targetOf(tree, path) : '';
  return { name: basename(path.replace(/\/\.?$/, '')) || '/', stats, linkTarget };
}

async function targetOf({ root }: LiveTree, path: string): Promise<string> {
  try {
    await using place = await resolveBeneath(root, path, { followLast: true });
    return place.path;
  } catch (error) {
    if (error instanceof EngineError) return '';
    throw error;
  }
}

async function* tarOf(
  { directory, name, path }: Place,
  facts: PathFacts,
  owned: AsyncDisposableStack,
): AsyncGenerator<Uint8Array> {
  await using _ = owned;
  const as = facts.name === '/' ? '' : facts.name;
  // Where an entry of the tar is in the container, told by its name.
  const tar = new TreeTar({
    isLeftEmpty: (entry) => kernelTrees.includes(`${path === '/' ? '' : path}${entry.slice(as.length)}`),
  });
  if (name !== undefined) yield* tar.entry(directory, name, { stats: facts.stats, as });
  else {
    yield encodeTarHeader(recordOf(facts.stats, { type: 'directory', name: `${as}/` }));
    yield* tar.children(directory, `${as}/`);
  }
  yield TAR_END;
}

function absent({ name }: Container, path: string): EngineError {
  return new EngineError('not-found', `Could not find the file ${path} in container ${name}`);
}
