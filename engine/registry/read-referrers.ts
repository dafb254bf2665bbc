import { EngineError } from '#engine/contract/errors.ts';
import type { Digest } from '#engine/contract/digest.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { parseImageIndex } from '#engine/oci/image-index.ts';
import { OCI_INDEX } from '#engine/oci/media-types.ts';

import type { Endpoint } from './endpoint.ts';
import { nextQuery } from './names-page.ts';
import { readLimited } from './read-limited.ts';

/** As much as any document of a registry may have. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;
const MAX_PAGES = 20;

interface ReferrersWish {
  /** For sentences. */
  readonly what: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * OCI distribution specification 1.1, "Listing Referrers": from the registry's own list, or where it keeps none from the index that
 * clients keep for it under the tag `sha256-…`.
 *
 * @throws EngineError `corrupt`, `too-large`, and what any question may end with.
 */
export async function readReferrers(
  endpoint: Endpoint,
  digest: Digest,
  wish: ReferrersWish,
): Promise<readonly Descriptor[]> {
  const own = await readPages(endpoint, `referrers/${digest}`, wish);
  return own ?? (await readPages(endpoint, `manifests/${digest.replace(':', '-')}`, wish)) ?? [];
}

async function readPages(
  endpoint: Endpoint,
  path: string,
  { what, signal }: ReferrersWish,
): Promise<readonly Descriptor[] | undefined> {
  const found: Descriptor[] = [];
  let query = '';
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const headers = { accept: OCI_INDEX };
    const asked = query === '' ? path : `${path}?${query}`;
    const response = await endpoint.ask(asked, { method: 'GET', headers, signal, optional: [400, 404, 405] });
    if (response === undefined) return page === 0 ? undefined : found;
    // Some registries answer any path with a page of their web site.
    if (response.header('content-type')?.startsWith('text/html') === true) {
      response.discard();
      return undefined;
    }
    const bytes = await endpoint.reading(() => readLimited(response.body, MAX_PAGE_BYTES));
    if (bytes === undefined) throw new EngineError('too-large', `${what} is larger than 4 MiB; it was not read.`);
    found.push(...parseImageIndex(bytes, what).manifests);
    const next = nextQuery(response.header('link'), response.url);
    if (next === undefined || next === query) break;
    query = next;
  }
  return found;
}
