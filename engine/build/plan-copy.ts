import { createHash } from 'node:crypto';
import { posix } from 'node:path';

import { whiteoutOf } from '#engine/archive/whiteout.ts';
import { DockerfileError } from '#engine/dockerfile/problem.ts';
import { IgnoreRules } from '#engine/dockerfile/ignore-rules.ts';

import { matchSources, type Matched } from './match-sources.ts';
import { changedMode, type ModeChange } from './mode-change.ts';
import { resolveTarget, type Target } from './resolve-target.ts';
import { missingSource, walkSource, type SourceEntry, type SourceTree } from './source-tree.ts';
import { byBytes } from './tar-source.ts';

/** One entry of the layer that a step makes. */
export interface CopyItem extends SourceEntry {
  /** sha256 of a file's bytes, in hex; empty for anything else. */
  readonly digest: string;
  open(): AsyncIterable<Uint8Array>;
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface CopyOptions {
  readonly tree: SourceTree;
  /** The stage as it is before the step. */
  readonly below: SourceTree;
  readonly sources: readonly string[];
  /** Absolute; with a slash at its end it is a directory. */
  readonly destination: string;
  /** Whose everything is to be; undefined leaves owners as the source has them. */
  readonly owner: Owner | undefined;
  /** Of files and directories. */
  readonly mode?: ModeChange | undefined;
  /** Sources keep the directories they are in. */
  readonly keepsParents?: boolean;
  readonly exclude?: readonly string[];
  /** All that decides beside the tree's entries, where a tree may remember what was planned. */
  readonly step?: string | undefined;
}

/** What COPY and ADD put where, by the rules of Docker's builders (Dockerfile reference, "COPY"). Nothing is written. */
export async function planCopy(options: CopyOptions): Promise<readonly CopyItem[]> {
  const { tree, sources, destination } = options;
  const matched = await matchSources(tree, sources);
  if (matched.length === 0) throw missingSource(sources.join(' '), tree);
  const target = await resolveTarget(options.below, destination);
  const isDirectory = /\/\.?$/.test(destination) || target.existing?.type === 'directory';
  if (matched.length > 1 && !isDirectory) {
    throw new DockerfileError(
      `When using COPY with more than one source file, the destination must be a directory and end with a /`,
    );
  }
  const plan = new Plan(options);
  for (const each of matched) await plan.add(each, { to: target.path, isDirectory });
  const make = (): Promise<readonly CopyItem[]> => plan.items(target);
  return tree.plans === undefined || options.step === undefined
    ? make()
    : tree.plans.plan(options.step, plan.entries, make);
}

export function join(directory: string, name: string): string {
  return directory === '' || name === '' ? `${directory}${name}` : `${directory}/${name}`;
}

class Plan {
  /** What is copied, in the order in which it was found. */
  readonly entries: SourceEntry[] = [];
  readonly #options: CopyOptions;
  /** Of each entry. */
  readonly #paths: string[] = [];
  readonly #left: IgnoreRules;

  constructor(options: CopyOptions) {
    this.#options = options;
    this.#left = new IgnoreRules((options.exclude ?? []).join('\n'));
  }

  /** @param isDirectory whether it goes into `to`, and not in its place. */
  async add(
    { entry, base }: Matched,
    { to, isDirectory }: { readonly to: string; readonly isDirectory: boolean },
  ): Promise<void> {
    const { keepsParents = false } = this.#options;
    if (entry.type === 'directory') return this.#directory(entry, keepsParents ? join(to, base) : to);
    const name = keepsParents ? base : posix.basename(base);
    this.#one(entry, isDirectory || keepsParents ? join(to, name) : to);
  }

  async #directory(directory: SourceEntry, to: string): Promise<void> {
    const { tree } = this.#options;
    for await (const entry of walkSource(tree, directory)) {
      const inside = directory.path === '' ? entry.path : entry.path.slice(directory.path.length + 1);
      if (inside !== '' && this.#left.excludes(inside)) continue;
      if (inside !== '' || this.#options.keepsParents === true) this.#one(entry, join(to, inside));
    }
  }

  #one(entry: SourceEntry, path: string): void {
    if (entry.type === 'other') return;
    this.entries.push(entry);
    this.#paths.push(path);
  }

  /** With all the directories above; those that the source has are as they are there, as Docker has it. */
  async items(target: Target): Promise<readonly CopyItem[]> {
    const { below, destination, owner } = this.#options;
    const items = new Map<string, CopyItem>();
    for (const [at, path] of this.#paths.entries()) {
      const entry = this.entries[at];
      if (entry !== undefined) items.set(path, await this.#item(entry, path));
    }
    const newest = this.entries.reduce((latest, { mtime }) => Math.max(latest, mtime), 0);
    const isDirectory = /\/\.?$/.test(destination) || items.size === 0;
    for (const path of allAbove([...items.keys(), ...(isDirectory ? [join(target.path, 'x')] : [])])) {
      if (!items.has(path)) items.set(path, await asItWas(below, directoryItem(path, { owner, mtime: newest })));
    }
    return [...items.values()].toSorted((one, other) => byBytes(one.path, other.path));
  }

  async #item(entry: SourceEntry, path: string): Promise<CopyItem> {
    const { tree, owner, mode } = this.#options;
    if (whiteoutOf(posix.basename(path)).kind !== 'none')
      throw new DockerfileError(
        `${entry.path} of ${tree.name} can't be in an image, where names that begin with .wh. stand for what was removed: leave it out by .dockerignore or --exclude`,
      );
    return {
      ...entry,
      ...owner,
      mode:
        mode === undefined || entry.type === 'symlink'
          ? entry.mode
          : changedMode(mode, entry.mode, entry.type === 'directory'),
      path,
      digest: entry.type === 'file' ? await tree.digest(entry) : '',
      open: () => tree.open(entry),
    };
  }
}

/** Every directory above one of the paths, once. */
function allAbove(paths: readonly string[]): ReadonlySet<string> {
  const above = new Set<string>();
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const directory = path.slice(0, end);
      // Whatever is above that has been met with it.
      if (above.has(directory)) break;
      above.add(directory);
    }
  }
  return above;
}

/**
 * A directory that is there keeps its mode and owner. It is named all the same: in a layer without it the way to what is
 * in it would be anybody's (layer.md), and lie over the one that was.
 */
export async function asItWas(below: SourceTree, item: CopyItem): Promise<CopyItem> {
  const before = await below.entry(item.path);
  return before?.type === 'directory' ? { ...item, ...before } : item;
}

export function directoryItem(
  path: string,
  { owner = { uid: 0, gid: 0 }, mtime }: { readonly owner?: Owner | undefined; readonly mtime: number },
): CopyItem {
  return { path, type: 'directory', mode: 0o755, ...owner, mtime, size: 0, linkTarget: '', digest: '', open: nothing };
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // A directory has no bytes.
}

/**
 * What a step's layer will be, whatever its times: the same for the same contents.
 * @param lines of its items. @returns sha256 in hex.
 */
export function planDigest(lines: readonly string[]): string {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(`${line}\n`);
  return hash.digest('hex');
}

/** What is compared of an item when it is asked why a step was not cached. */
export function itemLine({ path, type, mode, uid, gid, linkTarget, digest, xattrs }: CopyItem): string {
  const attributes =
    xattrs === undefined ? [] : [Object.entries(xattrs).toSorted(([one], [other]) => byBytes(one, other))];
  return JSON.stringify([path, type, mode, uid, gid, type === 'symlink' ? linkTarget : digest, ...attributes]);
}
