import type { ReactNode } from 'react';

import { TextField } from '#renderer/ui/text-field.tsx';

import type { DraftField } from './run-draft.ts';
import type { RunForm } from './run-form.ts';

interface DraftTextFieldProps {
  readonly form: RunForm;
  readonly field: DraftField;
  readonly label: string;
  readonly help?: ReactNode;
  /** What holds while it is empty. */
  readonly placeholder?: string;
}

/** A text of the draft, with what is wrong with it beneath. */
export function DraftTextField({ form, field, label, help, placeholder = '' }: DraftTextFieldProps): ReactNode {
  return (
    <TextField
      label={label}
      mono
      help={help}
      placeholder={placeholder}
      value={form.draft[field]}
      onChange={(value) => form.change({ [field]: value })}
      onBlur={() => form.onLeave(field)}
      error={form.errorAt(field)}
    />
  );
}
