import type { ReactNode } from 'react';

import './key.css';

/** A key to press. */
export function Key({ children }: { readonly children: ReactNode }): ReactNode {
  return <kbd className="key">{children}</kbd>;
}
