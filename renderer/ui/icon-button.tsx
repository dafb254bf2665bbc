import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';

import './button.css';
import type { ButtonVariant } from './button.tsx';
import { Hint } from './hint.tsx';

export interface IconButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children' | 'aria-label'> {
  /** What it does: read aloud, and shown as its hint. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly variant?: ButtonVariant;
  readonly size?: 'medium' | 'small';
}

export function IconButton({ label, icon, variant = 'quiet', size = 'medium', ...rest }: IconButtonProps): ReactNode {
  return (
    <Hint text={label}>
      <AriaButton
        {...rest}
        aria-label={label}
        className="button"
        data-variant={variant}
        data-size={size}
        data-square=""
      >
        {icon}
      </AriaButton>
    </Hint>
  );
}
