import { useState } from 'react';

import { type EngineError, toEngineError } from '#engine/contract/errors.ts';

/** Things that a form asks of the engine, one at a time, and why the last one failed. */
export interface Attempt {
  readonly failure: EngineError | undefined;
  readonly isPending: boolean;
  readonly attempt: (work: () => Promise<void>) => Promise<void>;
  readonly forget: () => void;
}

export function useAttempt(): Attempt {
  const [failure, setFailure] = useState<EngineError>();
  const [isPending, setIsPending] = useState(false);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setIsPending(true);
    setFailure(undefined);
    try {
      await work();
    } catch (thrown) {
      setFailure(toEngineError(thrown));
    } finally {
      setIsPending(false);
    }
  };
  return { failure, isPending, attempt, forget: () => setFailure(undefined) };
}
