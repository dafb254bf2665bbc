import { buffer } from 'node:stream/consumers';

import { EngineError } from '#engine/contract/errors.ts';
import { IgnoreRules } from '#engine/dockerfile/ignore-rules.ts';

import { partsOf, resolveSource, type SourceTree } from './source-tree.ts';

export interface ContextDockerfile {
  readonly text: string;
  /** As it was asked for. */
  readonly name: string;
  /** What its `.dockerignore` says. */
  readonly ignore: string | undefined;
  readonly rules: IgnoreRules | undefined;
  /** What the context's rules leave out; undefined where it has none. */
  readonly ignored: ((path: string) => boolean) | undefined;
}

/** Bytes: more is no Dockerfile. */
const LIMIT = 4 * 1024 * 1024;

/** The Dockerfile of a context, and its `<Dockerfile>.dockerignore` or `.dockerignore`. @throws EngineError `invalid-argument`. */
export async function contextDockerfile(tree: SourceTree, name: string): Promise<ContextDockerfile> {
  const text = await textIn(tree, name);
  if (text === undefined) {
    throw new EngineError('invalid-argument', `Cannot locate specified Dockerfile: ${name}`);
  }
  const ignore = (await textIn(tree, `${name}.dockerignore`)) ?? (await textIn(tree, '.dockerignore'));
  if (ignore === undefined) return { text, name, ignore, rules: undefined, ignored: undefined };
  const rules = new IgnoreRules(ignore);
  return { text, name, ignore, rules, ignored: (path) => rules.excludes(path) };
}

/** A file of a context, links followed within it. @throws EngineError `too-large`. */
export async function textIn(tree: SourceTree, name: string): Promise<string | undefined> {
  const entry = await resolveSource(tree, partsOf(name).join('/'));
  if (entry?.type !== 'file') return undefined;
  if (entry.size > LIMIT) throw new EngineError('too-large', `${name} is larger than a Dockerfile can be (4 MiB).`);
  return (await buffer(tree.open(entry))).toString('utf8');
}
