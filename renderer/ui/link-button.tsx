import type { ReactNode } from 'react';

import './button.css';
import type { ButtonVariant } from './button.tsx';

export interface LinkButtonProps {
  /** Where it leads: `#/run?image=redis`. */
  readonly href: string;
  readonly variant?: ButtonVariant;
  readonly size?: 'medium' | 'small';
  readonly icon?: ReactNode;
  /** Read aloud instead of what stands there, where that says too little alone. */
  readonly label?: string;
  readonly children: ReactNode;
}

/** A link that looks like a button: it leads somewhere and can be opened, copied and gone back from. */
export function LinkButton({
  href,
  variant = 'secondary',
  size = 'medium',
  icon,
  label,
  children,
}: LinkButtonProps): ReactNode {
  return (
    <a href={href} className="button" data-variant={variant} data-size={size} aria-label={label}>
      {icon}
      {children}
    </a>
  );
}
