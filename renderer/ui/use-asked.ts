import { useEffect, useRef, useState } from 'react';

/** What has become of a question. */
export type Asked<T> =
  | { readonly status: 'idle' | 'asking' }
  | { readonly status: 'answered'; readonly answer: T }
  | { readonly status: 'failed'; readonly message: string };

const QUIET_MS = 400;

/**
 * Asks again whenever the question is another, a moment after the last key.
 * @param question what it is about; undefined while there is nothing to ask.
 */
export function useAsked<T>(question: string | undefined, ask: (signal: AbortSignal) => Promise<T>): Asked<T> {
  const [settled, setSettled] = useState<{ readonly question: string; readonly asked: Asked<T> }>();
  const latest = useRef(ask);
  useEffect(() => {
    latest.current = ask;
  });
  useEffect(() => {
    if (question === undefined) return undefined;
    const left = new AbortController();
    const settle = (asked: Asked<T>): void => {
      if (!left.signal.aborted) setSettled({ question, asked });
    };
    const timer = setTimeout(() => {
      latest.current(left.signal).then(
        (answer) => settle({ status: 'answered', answer }),
        (thrown: unknown) =>
          settle({ status: 'failed', message: thrown instanceof Error ? thrown.message : String(thrown) }),
      );
    }, QUIET_MS);
    return () => {
      left.abort();
      clearTimeout(timer);
    };
  }, [question]);
  if (question === undefined) return { status: 'idle' };
  return settled?.question === question ? settled.asked : { status: 'asking' };
}
