import { EngineError } from '#engine/contract/errors.ts';

import { parseGitPlace, type GitPlace } from './git-place.ts';
import type { SourceTree } from './source-tree.ts';

/** What a name of `--build-context` stands for; it comes before a stage and an image of that name. */
export type NamedContext =
  | { readonly kind: 'tree'; readonly tree: SourceTree }
  | { readonly kind: 'image'; readonly reference: string }
  | RemoteContext;

/** What is fetched when a step asks for it: a repository, or a tar. */
export type RemoteContext =
  { readonly kind: 'git'; readonly place: GitPlace } | { readonly kind: 'url'; readonly url: string };

const IMAGE = 'docker-image://';

/** Undefined for what is a path. @throws EngineError `invalid-argument` for what can't be a context. */
export function parseNamedContext(text: string): Exclude<NamedContext, { readonly kind: 'tree' }> | undefined {
  if (text.startsWith(IMAGE)) return { kind: 'image', reference: text.slice(IMAGE.length) };
  const remote = parseRemoteContext(text);
  if (remote !== undefined) return remote;
  if (/^[\w+-]+:\/\//.test(text))
    throw new EngineError(
      'invalid-argument',
      `${text} is no build context: there are folders, ${IMAGE}NAME, git repositories and tars over http.`,
    );
  return undefined;
}

export function parseRemoteContext(text: string): RemoteContext | undefined {
  const place = parseGitPlace(text);
  if (place !== undefined) return { kind: 'git', place };
  return /^https?:\/\//.test(text) ? { kind: 'url', url: text } : undefined;
}
