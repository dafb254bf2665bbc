import type { SoughtRow, TreePage, TreeRow } from '#engine/contract/layer.ts';

import { NamePrefix } from './name-prefix.ts';

/** Which rows of a directory are wanted. */
export interface PageRequest {
  readonly offset: number;
  readonly limit: number;
  /** Before `offset`: the page that has this row. */
  readonly sought?: SoughtRow | undefined;
}

/** A directory's rows in the order they are listed, by their places. */
interface Listed {
  readonly begins: (place: number, prefix: NamePrefix) => boolean;
  /** @param end exclusive, beyond the last as well. */
  readonly rows: (start: number, end: number) => TreeRow[];
}

/** A page of `total` rows; of one that is sought and isn't there, no rows. */
export function pageAt({ offset, limit, sought }: PageRequest, total: number, { begins, rows }: Listed): TreePage {
  if (sought === undefined) return { rows: rows(offset, offset + limit), total };
  const prefix = new NamePrefix(sought.text);
  const found = nextPlace(total, sought.from, (place) => begins(place, prefix));
  if (found === undefined) return { rows: [], total };
  const start = found - (found % limit);
  return { rows: rows(start, start + limit), total, found };
}

/** The next of `total` places from one on, round the end; `from` beyond the end begins anew. */
function nextPlace(total: number, from: number, isSought: (place: number) => boolean): number | undefined {
  for (let step = 0; step < total; step += 1) {
    const place = (from + step) % total;
    if (isSought(place)) return place;
  }
  return undefined;
}
