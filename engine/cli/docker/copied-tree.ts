import { realpath } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';

import { z } from 'zod';

import { TAR_END } from '#engine/archive/encode-tar.ts';
import { extractTar } from '#engine/archive/extract-tar.ts';
import { HeldDirectory } from '#engine/archive/held-directory.ts';
import { TreeTar } from '#engine/archive/tar-of-tree.ts';
import type { DockerHttp } from '#engine/client/docker-http.ts';
import { EngineError } from '#engine/contract/errors.ts';

/** A path in a container, as the engine knows it. */
export interface PathFacts {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly isLink: boolean;
  /** Empty for what is no link, and for one that leads nowhere. */
  readonly linkTarget: string;
}

const stated = z.object({ name: z.string(), mode: z.number(), linkTarget: z.string() });

/** Go's `fs.ModeDir` and `fs.ModeSymlink`. */
const DIRECTORY = 2 ** 31;
const LINK = 2 ** 27;

/** @throws EngineError `not-found` in Docker's words. */
export async function pathFacts(docker: DockerHttp, place: string, path: string): Promise<PathFacts> {
  const answer = await docker.open('HEAD', place, { query: { path } }).catch(async (error: unknown) => {
    // An answer without a body has no words; the other one has them.
    await docker.ask('GET', place, { query: { path } });
    throw error;
  });
  answer.resume();
  const header = String(answer.headers['x-docker-container-path-stat'] ?? '');
  const { name, mode, linkTarget } = stated.parse(JSON.parse(Buffer.from(header, 'base64').toString('utf8')));
  return { name, isDirectory: mode >= DIRECTORY, isLink: mode % (2 * LINK) >= LINK, linkTarget };
}

export interface Unpacking {
  /** A directory that is there. */
  readonly directory: string;
  /** What the tar's one tree is called here; undefined when only what is in it is wanted. */
  readonly name: string | undefined;
  /** What it is called in the tar: nothing, of a whole root. */
  readonly source: string;
  readonly keepsOwners: boolean;
}

/** Unpacks a tar of one tree: nothing in it leads out of the directory. */
export async function unpackHere(
  tar: AsyncIterable<Uint8Array>,
  { directory, name, source: named, keepsOwners }: Unpacking,
): Promise<void> {
  await using root = await HeldDirectory.open(directory);
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  await extractTar(root, '/', {
    source: tar,
    keepKinds: true,
    owner: keepsOwners ? undefined : { uid, gid },
    lenientOwners: true,
    called: (entry) => renamed(entry, named, name),
  });
}

function renamed(entry: string, named: string, name: string | undefined): string {
  const path = entry.replace(/^(\.?\/)+/, '');
  const isWithin = named !== '/' && (path === named || path.startsWith(`${named}/`));
  const rest = isWithin ? path.slice(named.length) : `/${path}`;
  return name === undefined ? `.${rest}` : `${name}${rest}`;
}

export interface LocalTree {
  readonly name: string;
  readonly isDirectory: boolean;
  /** As a tar, under that name; undefined for only what is in it. */
  tar(name: string | undefined): AsyncIterable<Uint8Array>;
}

/** A file or folder here. @throws EngineError `not-found` in Docker's words. */
export async function localTree(from: string, followsLink: boolean): Promise<LocalTree> {
  const path = followsLink ? await realpath(from).catch(() => resolve(from)) : resolve(from);
  const name = basename(path);
  const missing = new EngineError('not-found', `lstat ${path}: no such file or directory`);
  const parent = await HeldDirectory.open(dirname(path)).catch(() => undefined);
  await using held = parent;
  const stats = name === '' ? await held?.ownStat() : await held?.stat(name);
  if (stats === undefined) throw missing;
  return {
    name: basename(resolve(from)),
    isDirectory: stats.isDirectory(),
    tar: async function* (as) {
      const tree = new TreeTar();
      if (as === undefined || name === '') {
        await using inside = await HeldDirectory.open(path);
        yield* tree.children(inside, as === undefined ? '' : `${as}/`);
      } else {
        await using directory = await HeldDirectory.open(dirname(path));
        yield* tree.entry(directory, name, { stats, as });
      }
      yield TAR_END;
    },
  };
}
