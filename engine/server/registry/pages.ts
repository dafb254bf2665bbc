/** A part of a list, and where the next one begins. */
export interface Page {
  readonly items: readonly string[];
  /** The last of this page, when there are more. */
  readonly next?: string;
}

/** Distribution specification, "Content Discovery": at most `n` of what comes after `last`. @param all sorted. */
export function pageOf(all: readonly string[], query: URLSearchParams): Page {
  const last = query.get('last');
  const rest = last === null ? all : all.filter((item) => item > last);
  const n = query.get('n');
  const limit = n !== null && /^\d{1,9}$/.test(n) ? Number(n) : Infinity;
  const items = rest.slice(0, limit);
  const end = items.at(-1);
  return end === undefined || items.length === rest.length ? { items } : { items, next: end };
}

/** RFC 8288, as the specification wants it. */
export function nextLink(path: string, { next }: Page, query: URLSearchParams): Record<string, string> {
  if (next === undefined) return {};
  const n = query.get('n') ?? '';
  return { link: `<${path}?n=${n}&last=${encodeURIComponent(next)}>; rel="next"` };
}
