import { useEffect, useState } from 'react';

import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { NamesPage } from '#engine/contract/registry.ts';

interface Pages {
  /** So far; undefined until the first part is there. */
  readonly names: readonly string[] | undefined;
  readonly hasMore: boolean;
  readonly failure: EngineError | undefined;
  readonly more: () => void;
  /** Begins anew. */
  readonly reload: () => void;
}

interface Part {
  readonly before: readonly string[];
  readonly after: string | undefined;
}

const first: Part = { before: [], after: undefined };

/** A list that comes in parts. @param load stays the same function for the same list. */
export function usePages(load: (after: string | undefined) => Promise<NamesPage>): Pages {
  const [part, setPart] = useState(first);
  const [page, setPage] = useState<NamesPage>();
  const [failure, setFailure] = useState<EngineError>();
  useEffect(() => {
    const left = new AbortController();
    load(part.after).then(
      ({ names, next }) => {
        if (left.signal.aborted) return;
        setPage({ names: [...part.before, ...names], ...(next === undefined ? {} : { next }) });
        setFailure(undefined);
      },
      (thrown: unknown) => {
        if (!left.signal.aborted) setFailure(toEngineError(thrown));
      },
    );
    return () => left.abort();
  }, [load, part]);
  return {
    names: page?.names,
    hasMore: page?.next !== undefined,
    failure,
    more: () => setPart({ before: page?.names ?? [], after: page?.next }),
    reload: () => setPart({ ...first }),
  };
}
