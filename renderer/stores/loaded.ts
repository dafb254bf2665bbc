import { type EngineError, toEngineError } from '#engine/contract/errors.ts';

/** Something that was asked for. */
export type Loaded<T> =
  | { readonly status: 'loading' }
  | { readonly status: 'shown'; readonly value: T }
  | { readonly status: 'failed'; readonly error: EngineError };

/** Tells how an answer comes on, until the signal fires. */
export async function load<T>(
  ask: () => Promise<T>,
  tell: (state: Loaded<T>) => void,
  signal: AbortSignal,
): Promise<void> {
  tell({ status: 'loading' });
  try {
    const value = await ask();
    if (!signal.aborted) tell({ status: 'shown', value });
  } catch (thrown) {
    if (!signal.aborted) tell({ status: 'failed', error: toEngineError(thrown) });
  }
}
