import type { Endpoint } from './endpoint.ts';
import { oneLine } from './one-line.ts';
import { readLimited } from './read-limited.ts';
import { readNames } from './names-page.ts';

/** One repository that was found. */
export interface FoundRepository {
  /** Within the registry, as it calls it: `library/redis`, or `redis` for Docker's own at its hub. */
  readonly name: string;
  readonly description: string;
  readonly stars: number;
  readonly isOfficial: boolean;
  readonly isAutomated: boolean;
}

export interface SearchWish {
  readonly term: string;
  /** At most so many. */
  readonly limit: number;
  /** Which part of what is found, of so many each: the first is 1. */
  readonly page?: number;
}

const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
/** Of a catalogue, which has to be read from its beginning. */
const MAX_PAGES = 50;
const PAGE = 1000;

/**
 * Repositories by what they are called: with the search of registry API version 1, which Docker Hub and a few others still answer, or by
 * reading the catalogue. Undefined where a registry has neither.
 */
export async function searchRegistry(
  endpoint: Endpoint,
  wish: SearchWish,
): Promise<readonly FoundRepository[] | undefined> {
  return (await askSearch(endpoint, wish)) ?? searchCatalogue(endpoint, wish);
}

async function askSearch(
  endpoint: Endpoint,
  { term, limit, page = 1 }: SearchWish,
): Promise<FoundRepository[] | undefined> {
  const query = new URLSearchParams({ q: term, n: String(limit), ...(page === 1 ? {} : { page: String(page) }) });
  const response = await endpoint.ask(`/v1/search?${query.toString()}`, { method: 'GET', optional: true });
  if (response === undefined) return undefined;
  const bytes = await endpoint.reading(() => readLimited(response.body, MAX_ANSWER_BYTES));
  return resultsIn(bytes)?.slice(0, limit).flatMap(readResult);
}

async function searchCatalogue(
  endpoint: Endpoint,
  { term, limit, page = 1 }: SearchWish,
): Promise<FoundRepository[] | undefined> {
  const [start, end] = [(page - 1) * limit, page * limit];
  const found: string[] = [];
  let after: string | undefined;
  for (let read = 0; read < MAX_PAGES && found.length < end; read += 1) {
    const part = await readNames(endpoint, catalogue, { after, limit: PAGE });
    if (part === undefined) return read === 0 ? undefined : asResults(found.slice(start, end));
    found.push(...part.names.filter((name) => name.includes(term.toLowerCase())));
    after = part.next;
    if (after === undefined) break;
  }
  return asResults(found.slice(start, end));
}

export const catalogue = { path: '/v2/_catalog', field: 'repositories' } as const;

function asResults(names: readonly string[]): FoundRepository[] {
  const nothingMore = { description: '', stars: 0, isOfficial: false, isAutomated: false };
  return names.map((name) => ({ name, ...nothingMore }));
}

/** Undefined for what is no answer to a search: the page of a web site, for one. */
function resultsIn(bytes: Uint8Array | undefined): readonly unknown[] | undefined {
  try {
    const answer: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const results: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'results') : undefined;
    return Array.isArray(results) ? results : undefined;
  } catch {
    return undefined;
  }
}

function readResult(result: unknown): FoundRepository[] {
  if (typeof result !== 'object' || result === null) return [];
  const of = (name: string): unknown => Reflect.get(result, name);
  const [name, description, stars] = [of('name'), of('description'), of('star_count')];
  if (typeof name !== 'string') return [];
  return [
    {
      name: oneLine(name, 255),
      description: typeof description === 'string' ? oneLine(description, 500) : '',
      stars: typeof stars === 'number' && Number.isSafeInteger(stars) ? stars : 0,
      isOfficial: of('is_official') === true,
      isAutomated: of('is_automated') === true,
    },
  ];
}
