import type { ReactNode } from 'react';
import { SwitchButton, SwitchField } from 'react-aria-components';

import './switch.css';

interface SwitchProps {
  readonly children: ReactNode;
  readonly isSelected: boolean;
  readonly onChange: (isSelected: boolean) => void;
  readonly isDisabled?: boolean;
}

export function Switch({ children, isSelected, onChange, isDisabled = false }: SwitchProps): ReactNode {
  return (
    <SwitchField isSelected={isSelected} onChange={onChange} isDisabled={isDisabled}>
      <SwitchButton className="switch">
        <span className="switch-track" />
        {children}
      </SwitchButton>
    </SwitchField>
  );
}
