import type { ReactNode } from 'react';

import { Banner } from './banner.tsx';
import { Loading } from './progress.tsx';

type Asked<T> =
  | { readonly status: 'loading' }
  | { readonly status: 'shown'; readonly value: T }
  | { readonly status: 'failed'; readonly error: Error };

interface AnsweredProps<T> {
  /** Undefined until it is asked for. */
  readonly asked: Asked<T> | undefined;
  /** What is said above the reason when there is no answer. */
  readonly failed: string;
  readonly children: (value: T) => ReactNode;
}

/** What was asked for, once it is here; until then that it is awaited, or why it won't come. */
export function Answered<T>({ asked, failed, children }: AnsweredProps<T>): ReactNode {
  if (asked === undefined || asked.status === 'loading') return <Loading />;
  if (asked.status === 'shown') return children(asked.value);
  return (
    <Banner tone="danger" title={failed}>
      {asked.error.message}
    </Banner>
  );
}
