import { createHash } from 'node:crypto';
import { posix } from 'node:path';

import { whiteoutOf } from '#engine/archive/whiteout.ts';
import { DockerfileError } from '#engine/dockerfile/problem.ts';
import { IgnoreRules } from '#engine/dockerfile/ignore-rules.ts';

import { matchSources } from './match-sources.ts';
import { resolveTarget, type Target } from './resolve-target.ts';
import { directoriesAbove, missingSource, walkSource, type SourceEntry, type SourceTree } from './source-tree.ts';
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
  readonly mode?: number | undefined;
  /** Sources keep the directories they are in. */
  readonly keepsParents?: boolean;
  readonly exclude?: readonly string[];
  /** Whether a pattern that matches nothing is left at that. */
  readonly mayMatchNothing?: boolean;
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
  for (const { entry, base } of matched) {
    if (entry.type === 'directory')
      await plan.directory(entry, options.keepsParents === true ? join(target.path, base) : target.path);
    else {
      const name = options.keepsParents === true ? base : posix.basename(base);
      await plan.one(entry, isDirectory || options.keepsParents === true ? join(target.path, name) : target.path);
    }
  }
  return plan.items(target);
}

export function join(directory: string, name: string): string {
  return directory === '' || name === '' ? `${directory}${name}` : `${directory}/${name}`;
}

class Plan {
  readonly #options: CopyOptions;
  readonly #items = new Map<string, CopyItem>();
  readonly #left: IgnoreRules;

  constructor(options: CopyOptions) {
    this.#options = options;
    this.#left = new IgnoreRules((options.exclude ?? []).join('\n'));
  }

  async directory(directory: SourceEntry, to: string): Promise<void> {
    const { tree } = this.#options;
    for await (const entry of walkSource(tree, directory)) {
      const inside = directory.path === '' ? entry.path : entry.path.slice(directory.path.length + 1);
      if (inside !== '' && this.#left.excludes(inside)) continue;
      if (inside !== '' || this.#options.keepsParents === true) await this.one(entry, join(to, inside));
    }
  }

  async one(entry: SourceEntry, path: string): Promise<void> {
    const { tree, owner, mode } = this.#options;
    if (entry.type === 'other') return;
    if (whiteoutOf(posix.basename(path)).kind !== 'none')
      throw new DockerfileError(
        `${entry.path} of ${tree.name} can't be in an image, where names that begin with .wh. stand for what was removed: leave it out by .dockerignore or --exclude`,
      );
    const isFile = entry.type === 'file';
    this.#items.set(path, {
      ...entry,
      ...owner,
      mode: mode === undefined || entry.type === 'symlink' ? entry.mode : mode,
      path,
      digest: isFile ? await tree.digest(entry) : '',
      open: () => tree.open(entry),
    });
  }

  /** With all the directories above; those that the source has are as they are there, as Docker has it. */
  async items(target: Target): Promise<readonly CopyItem[]> {
    const { below, destination } = this.#options;
    const newest = Math.max(0, ...[...this.#items.values()].map(({ mtime }) => mtime));
    const wanted = [...this.#items.keys()].flatMap(directoriesAbove);
    if (/\/\.?$/.test(destination) || this.#items.size === 0) wanted.push(...directoriesAbove(join(target.path, 'x')));
    for (const path of new Set(wanted)) {
      if (this.#items.has(path)) continue;
      const made = directoryItem(path, { owner: this.#options.owner, mtime: newest });
      this.#items.set(path, await asItWas(below, made));
    }
    return [...this.#items.values()].toSorted((one, other) => byBytes(one.path, other.path));
  }
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
