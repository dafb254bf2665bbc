import { posix } from 'node:path';

import type { Add } from '#engine/dockerfile/instruction.ts';
import { DockerfileError } from '#engine/dockerfile/problem.ts';

import { isArchive } from './added-archive.ts';
import { parseGitPlace, type GitPlace } from './git-place.ts';
import { matchSources } from './match-sources.ts';
import { changedMode, type ModeChange } from './mode-change.ts';
import { asItWas, directoryItem, join, planCopy, type CopyItem, type Owner } from './plan-copy.ts';
import { resolveTarget } from './resolve-target.ts';
import { directoriesAbove, type SourceTree } from './source-tree.ts';

/** A file from elsewhere, in one of this machine's: its bytes are there until the build ends. */
export interface Downloaded {
  readonly size: number;
  /** sha256 in hex. */
  readonly digest: string;
  /** Unix seconds; 0 where nobody said. */
  readonly mtime: number;
  open(): AsyncIterable<Uint8Array>;
}

/** How a repository is taken (ADD --keep-git-dir). */
interface Taken {
  readonly keepsHistory: boolean;
}

/** What a build keeps aside until it ends. */
export interface Aside {
  /** @throws EngineError naming the address. */
  download(url: string): Promise<Downloaded>;
  /** @throws EngineError naming the address. */
  repository(place: GitPlace, taken: Taken): Promise<SourceTree>;
  /** A tar as a tree. @throws EngineError `corrupt` */
  archive(source: AsyncIterable<Uint8Array>, name: string): Promise<SourceTree>;
}

interface AddContext {
  readonly tree: SourceTree;
  readonly below: SourceTree;
  readonly destination: string;
  readonly owner: Owner;
  readonly mode: ModeChange | undefined;
  readonly sources: readonly string[];
  readonly aside: Aside;
}

const DOWNLOADED_MODE = 0o600;

/** COPY's sources, archives of the context unpacked, and files from elsewhere (Dockerfile reference, "ADD"). */
export async function addedSources({ flags }: Add, context: AddContext): Promise<readonly CopyItem[]> {
  const { tree, sources } = context;
  const repositories = sources.map(parseGitPlace).filter((place) => place !== undefined);
  const files = sources.filter((source) => parseGitPlace(source) === undefined);
  const remote = files.filter((source) => /^https?:\/\//.test(source));
  const local = files.filter((source) => !remote.includes(source));
  const items: (readonly CopyItem[])[] = [];
  for (const place of repositories) items.push(await checkedOut(place, flags, context));
  for (const url of remote) items.push(await fetched(url, flags, context));
  for (const { entry } of await matchSources(tree, local)) {
    const isUnpacked = flags.unpack !== false && entry.type === 'file' && (await isArchive(tree.open(entry)));
    const sources = [entry.path];
    items.push(
      isUnpacked
        ? await unpacked(tree.open(entry), entry.path, context)
        : await planCopy({ ...context, sources, destination: several(context), exclude: flags.exclude }),
    );
  }
  return items.flat();
}

async function checkedOut(
  place: GitPlace,
  { keepGitDir = false, exclude }: Add['flags'],
  { aside, destination, ...context }: AddContext,
): Promise<readonly CopyItem[]> {
  const tree = await aside.repository(place, { keepsHistory: keepGitDir });
  return planCopy({ ...context, tree, sources: ['/'], destination: `${destination}/`, exclude });
}

/** Owners and modes are the archive's own. */
async function unpacked(
  source: AsyncIterable<Uint8Array>,
  name: string,
  context: AddContext,
): Promise<readonly CopyItem[]> {
  const tree = await context.aside.archive(source, name);
  const { below, destination } = context;
  return planCopy({ below, tree, sources: ['/'], destination: `${destination}/`, owner: undefined });
}

/** With several sources the destination is a directory. */
function several({ sources, destination }: AddContext): string {
  if (sources.length < 2 || destination.endsWith('/')) return destination;
  throw new DockerfileError(
    'When using ADD with more than one source file, the destination must be a directory and end with a /',
  );
}

async function fetched(url: string, flags: Add['flags'], context: AddContext): Promise<readonly CopyItem[]> {
  const { below, destination, owner, mode: change = DOWNLOADED_MODE } = context;
  const mode = changedMode(change, DOWNLOADED_MODE, false);
  const file = await context.aside.download(url);
  const { checksum } = flags;
  if (checksum !== undefined && checksum !== `sha256:${file.digest}`) {
    throw new DockerfileError(`digest mismatch of ${url}: sha256:${file.digest}, expected ${checksum}`);
  }
  if (flags.unpack === true && (await isArchive(file.open()))) {
    return unpacked(file.open(), url, context);
  }
  const target = await resolveTarget(below, destination);
  const isDirectory = destination.endsWith('/') || target.existing?.type === 'directory';
  const name = posix.basename(new URL(url).pathname);
  if (isDirectory && name === '')
    throw new DockerfileError(`cannot determine the file's name from ${url}: name it in the destination`);
  const path = isDirectory ? join(target.path, name) : target.path;
  const { size, digest, mtime } = file;
  const above = directoriesAbove(path).map((each) => asItWas(below, directoryItem(each, { owner, mtime })));
  return [
    ...(await Promise.all(above)),
    { path, type: 'file', mode, ...owner, mtime, size, linkTarget: '', digest, open: () => file.open() },
  ];
}
