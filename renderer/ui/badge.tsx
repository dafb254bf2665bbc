import type { ReactNode } from 'react';

import './chip.css';

export type Tone = 'plain' | 'good' | 'warning' | 'danger' | 'accent';

interface BadgeProps {
  readonly children: ReactNode;
  readonly tone?: Tone;
}

/** A state in a word. */
export function Badge({ children, tone = 'plain' }: BadgeProps): ReactNode {
  return (
    <span className="badge" data-tone={tone}>
      {children}
    </span>
  );
}
