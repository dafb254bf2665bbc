import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, Label, ListBox, ListBoxItem, Popover, Select as AriaSelect, SelectValue } from 'react-aria-components';

import './field.css';
import './popover.css';

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
}

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly Choice<T>[];
  readonly onChange: (value: T) => void;
  /** The label is then only read aloud. */
  readonly isLabelHidden?: boolean;
  readonly isDisabled?: boolean;
}

export function Select<T extends string>({
  label,
  value,
  choices,
  onChange,
  isLabelHidden = false,
  isDisabled = false,
}: SelectProps<T>): ReactNode {
  return (
    <AriaSelect
      className="select"
      value={value}
      isDisabled={isDisabled}
      onChange={(key) => {
        const chosen = choices.find((choice) => choice.value === key);
        if (chosen !== undefined) onChange(chosen.value);
      }}
      {...(isLabelHidden ? { 'aria-label': label } : {})}
    >
      {!isLabelHidden && <Label className="field-label">{label}</Label>}
      <Button className="select-button">
        <SelectValue className="cut" />
        <ChevronDown aria-hidden />
      </Button>
      <Popover className="popover" offset={4}>
        <ListBox items={choices}>
          {(choice) => (
            <ListBoxItem id={choice.value} textValue={choice.label} className="option">
              {choice.label}
              <Check aria-hidden className="option-check" />
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
