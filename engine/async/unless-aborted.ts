import { onAbort } from './on-abort.ts';

/** What the promise becomes, unless the signal fires first. @throws the signal's reason. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  const aborted = Promise.withResolvers<never>();
  // Nobody may be left to hear it.
  aborted.promise.catch(() => undefined);
  const release = onAbort(signal, () => aborted.reject(abortReason(signal)));
  try {
    return await Promise.race([aborted.promise, promise]);
  } finally {
    release();
  }
}

export function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason });
}
