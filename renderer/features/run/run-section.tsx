import { type ReactNode, useId } from 'react';

import { Switch } from '#renderer/ui/switch.tsx';

interface RunSectionProps {
  readonly title: string;
  readonly text?: string;
  readonly children: ReactNode;
}

/** A part of the form that has a name. */
export function RunSection({ title, text, children }: RunSectionProps): ReactNode {
  const id = useId();
  return (
    <section className="run-section" aria-labelledby={id}>
      <div className="run-section-head">
        <h2 id={id}>{title}</h2>
        {text !== undefined && <p className="faint small">{text}</p>}
      </div>
      <div className="run-card">{children}</div>
    </section>
  );
}

interface SwitchRowProps {
  readonly label: string;
  readonly help: string;
  readonly isSelected: boolean;
  readonly onChange: (isSelected: boolean) => void;
}

export function SwitchRow({ label, help, isSelected, onChange }: SwitchRowProps): ReactNode {
  return (
    <Switch isSelected={isSelected} onChange={onChange}>
      <span>
        {label}
        <span className="run-switch-help">{help}</span>
      </span>
    </Switch>
  );
}
