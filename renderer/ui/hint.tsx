import type { ReactElement, ReactNode } from 'react';
import { Tooltip, TooltipTrigger } from 'react-aria-components';

import './hint.css';

interface HintProps {
  readonly text: ReactNode;
  /** Something of React Aria's that can be focused. */
  readonly children: ReactElement;
  readonly placement?: 'top' | 'bottom' | 'left' | 'right';
}

/** A few words beside what is pointed at or focused. What matters must not stand in a hint alone. */
export function Hint({ text, children, placement = 'bottom' }: HintProps): ReactNode {
  return (
    <TooltipTrigger delay={500} closeDelay={60}>
      {children}
      <Tooltip className="hint" placement={placement} offset={6}>
        {text}
      </Tooltip>
    </TooltipTrigger>
  );
}
