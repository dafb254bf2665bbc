import { type EngineError, toEngineError } from '#engine/contract/errors.ts';

/** A list on which something is tried. */
interface Tried {
  /** Keeps why the last attempt came to nothing; undefined while there is no reason. */
  readonly tell: (failure: EngineError | undefined) => void;
  /** What is listed may have changed either way. */
  readonly refresh: () => Promise<void>;
}

/** Work whose failure is shown beside the list instead of thrown. @returns undefined when it failed. */
export async function attempt<T>({ tell, refresh }: Tried, work: () => Promise<T>): Promise<T | undefined> {
  tell(undefined);
  try {
    return await work();
  } catch (thrown) {
    tell(toEngineError(thrown));
    return undefined;
  } finally {
    await refresh();
  }
}
