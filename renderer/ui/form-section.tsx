import { type ReactNode, useId } from 'react';

import './form-page.css';
import { Switch } from './switch.tsx';

interface FormSectionProps {
  readonly title: string;
  readonly text?: string;
  readonly children: ReactNode;
}

/** A part of a form page that has a name. */
export function FormSection({ title, text, children }: FormSectionProps): ReactNode {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <div className="form-section-head">
        <h2 id={id}>{title}</h2>
        {text !== undefined && <p className="faint small">{text}</p>}
      </div>
      <div className="form-card">{children}</div>
    </section>
  );
}

interface SwitchRowProps {
  readonly label: string;
  readonly help: string;
  readonly isSelected: boolean;
  readonly isDisabled?: boolean;
  readonly onChange: (isSelected: boolean) => void;
}

/** A switch that says what it does. */
export function SwitchRow({ label, help, isSelected, isDisabled = false, onChange }: SwitchRowProps): ReactNode {
  return (
    <Switch isSelected={isSelected} isDisabled={isDisabled} onChange={onChange}>
      <span>
        {label}
        <span className="form-switch-help">{help}</span>
      </span>
    </Switch>
  );
}
