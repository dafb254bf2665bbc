import { type ReactNode, useEffect } from 'react';

import './page.css';

interface PageProps {
  /** Of the window as well. */
  readonly title: string;
  /** Beside the title: a count, a state. */
  readonly aside?: ReactNode;
  readonly actions?: ReactNode;
  /** Instead of the usual head with `title`, `aside` and `actions`. */
  readonly head?: ReactNode;
  readonly children: ReactNode;
}

/** A screen: its head, and beneath it whatever fills the rest. */
export function Page({ title, aside, actions, head, children }: PageProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · Estrato`;
  }, [title]);
  return (
    <div className="page">
      {head ?? (
        <header className="page-head">
          <div className="page-title">
            <h1>{title}</h1>
            {aside}
          </div>
          {actions !== undefined && <div className="page-actions">{actions}</div>}
        </header>
      )}
      {children}
    </div>
  );
}
