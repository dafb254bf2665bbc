import { EngineError } from '#engine/contract/errors.ts';

import type { Endpoint } from './endpoint.ts';
import { readLimited } from './read-limited.ts';

/** Part of a list that only the registry has whole. */
export interface NamesPage {
  readonly names: readonly string[];
  /** What the next page is asked for with, when there is one: the registry's own words. */
  readonly next?: string;
}

export interface NamesWish {
  /** `next` of the page before. */
  readonly after?: string | undefined;
  /** At most so many, if the registry minds; it may send fewer. */
  readonly limit?: number | undefined;
}

/** Of a list of names: ten thousand of the longest. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;
/** Of a tag or a repository. What isn't could not be asked for, and may be made to harm a terminal. */
const NAME = /^\w[\w./-]{0,255}$/;

/**
 * A page of tags or repositories (OCI distribution specification, "Content Discovery"). Undefined where the registry has no such
 * list.
 *
 * @param field what the list is called in the answer.
 */
export async function readNames(
  endpoint: Endpoint,
  { path, field }: { readonly path: string; readonly field: string },
  { after, limit }: NamesWish,
): Promise<NamesPage | undefined> {
  // Taken apart and put together again: it comes from outside, and may only ever be a query.
  const query = new URLSearchParams(after ?? (limit === undefined ? '' : { n: String(limit) })).toString();
  const asked = query === '' ? path : `${path}?${query}`;
  const response = await endpoint.ask(asked, { method: 'GET', optional: true });
  if (response === undefined) return undefined;
  const bytes = await endpoint.reading(() => readLimited(response.body, MAX_PAGE_BYTES));
  const names = namesIn(bytes, field);
  if (names === undefined) {
    throw new EngineError(
      'corrupt',
      `${endpoint.registry} did not answer with a list of ${field}; it, or a proxy on the way, is broken.`,
    );
  }
  const next = nextQuery(response.header('link'), response.url);
  // One that leads to itself would lead round and round.
  return next === undefined || next === query ? { names } : { names, next };
}

function namesIn(bytes: Uint8Array | undefined, field: string): readonly string[] | undefined {
  try {
    const answer: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof answer !== 'object' || answer === null) return undefined;
    // Go's programs write a list of nothing as null.
    const list: unknown = Reflect.get(answer, field) ?? [];
    if (!Array.isArray(list)) return undefined;
    return list.filter((name): name is string => typeof name === 'string' && NAME.test(name));
  } catch {
    return undefined;
  }
}

/** RFC 8288. Only of the same list: nobody is led elsewhere. */
export function nextQuery(link: string | undefined, from: string): string | undefined {
  const target = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
  if (target === undefined || !URL.canParse(target, from)) return undefined;
  const [next, current] = [new URL(target, from), new URL(from)];
  if (next.host !== current.host || next.pathname !== current.pathname) return undefined;
  return next.searchParams.toString();
}
