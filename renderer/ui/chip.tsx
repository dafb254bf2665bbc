import type { ReactNode } from 'react';

import './chip.css';

interface ChipProps {
  readonly children: ReactNode;
  readonly tone?: 'plain' | 'soft' | 'accent';
  readonly mono?: boolean;
  readonly title?: string;
}

/** A name of something: a tag, a label. */
export function Chip({ children, tone = 'plain', mono = false, title }: ChipProps): ReactNode {
  return (
    <span className="chip" data-tone={tone} title={title} {...(mono ? { 'data-mono': '' } : {})}>
      <span className="cut">{children}</span>
    </span>
  );
}
