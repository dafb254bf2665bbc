import type { ReactNode } from 'react';
import { FileTrigger } from 'react-aria-components';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { Button } from '#renderer/ui/button.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';

interface PemFieldProps {
  readonly label: string;
  readonly help?: string;
  /** How its first line begins. */
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** A certificate or a key: pasted, or out of a file. */
export function PemField({ label, help, placeholder, value, onChange }: PemFieldProps): ReactNode {
  const t = useTranslate();
  const read = async (files: FileList | null): Promise<void> => {
    const file = files?.[0];
    if (file !== undefined) onChange(await file.text());
  };
  return (
    <div className="pem-field">
      <TextField
        label={label}
        {...(help === undefined ? {} : { help })}
        value={value}
        onChange={onChange}
        placeholder={placeholder}
        rows={4}
        mono
        autoComplete="off"
      />
      <FileTrigger onSelect={(files) => void read(files)}>
        <Button size="small" aria-label={t('registries.pemFileOf', { label })}>
          {t('registries.pemFile')}
        </Button>
      </FileTrigger>
    </div>
  );
}
