import type { ReactNode } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { TextField } from '#renderer/ui/text-field.tsx';

import { examples, helpWords, unsetWords } from './draft-words.ts';
import type { DraftField } from './run-draft.ts';
import type { RunForm } from './run-form.ts';

interface DraftTextFieldProps {
  readonly form: RunForm;
  readonly field: DraftField;
  /** What holds while it is empty, where that depends on the image. */
  readonly placeholder?: string;
}

/** A text of the draft under its name, with what is wrong with it beneath. */
export function DraftTextField({ form, field, placeholder }: DraftTextFieldProps): ReactNode {
  const t = useTranslate();
  const [unset, help] = [unsetWords[field], helpWords[field]];
  return (
    <TextField
      label={t(`run.${field}`)}
      mono
      help={help === undefined ? undefined : t(help)}
      placeholder={placeholder ?? (unset === undefined ? (examples[field] ?? '') : t(unset))}
      value={form.draft[field]}
      onChange={(value) => form.change({ [field]: value })}
      onBlur={() => form.onLeave(field)}
      error={form.errorAt(field)}
    />
  );
}
