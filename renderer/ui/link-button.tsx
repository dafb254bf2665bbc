import type { ReactNode } from 'react';

import './button.css';
import type { ButtonVariant } from './button.tsx';

export interface LinkButtonProps {
  /** Where it leads: `#/run?image=redis`. */
  readonly href: string;
  readonly variant?: ButtonVariant;
  readonly size?: 'medium' | 'small';
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}

/** A link that looks like a button: it leads somewhere and can be opened, copied and gone back from. */
export function LinkButton({
  href,
  variant = 'secondary',
  size = 'medium',
  icon,
  children,
}: LinkButtonProps): ReactNode {
  return (
    <a href={href} className="button" data-variant={variant} data-size={size}>
      {icon}
      {children}
    </a>
  );
}
