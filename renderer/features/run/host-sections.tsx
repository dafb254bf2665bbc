import type { ReactNode } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { FormSection } from '#renderer/ui/form-section.tsx';
import { Select } from '#renderer/ui/select.tsx';

import { DraftTextField } from './draft-field.tsx';
import { logChoices } from './host-options.ts';
import type { RunForm } from './run-form.ts';

interface SectionProps {
  readonly form: RunForm;
}

/** Devices of the machine, and limits of each process. */
export function DeviceSection({ form }: SectionProps): ReactNode {
  const t = useTranslate();
  return (
    <FormSection title={t('run.host')}>
      <div className="form-pair">
        <DraftTextField form={form} field="devices" />
        <DraftTextField form={form} field="ulimits" />
      </div>
    </FormSection>
  );
}

/** What is kept of what it prints. */
export function LogSection({ form }: SectionProps): ReactNode {
  const t = useTranslate();
  const { draft, change } = form;
  return (
    <FormSection title={t('run.log')}>
      <div className="form-pair">
        <div className="field">
          <Select
            label={t('run.logDriver')}
            value={draft.logDriver}
            choices={logChoices.map((value) => ({ value, label: t(`run.logDriver.${value}`) }))}
            onChange={(logDriver) => change({ logDriver })}
          />
          <p className="field-help">{t(draft.logDriver === 'none' ? 'run.logNoneHelp' : 'run.logHelp')}</p>
        </div>
        {draft.logDriver !== 'none' && (
          <>
            <DraftTextField form={form} field="logMaxSize" />
            <DraftTextField form={form} field="logMaxFile" />
          </>
        )}
      </div>
    </FormSection>
  );
}
