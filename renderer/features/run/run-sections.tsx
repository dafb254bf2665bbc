import type { ReactNode } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { FormSection, SwitchRow } from '#renderer/ui/form-section.tsx';
import { joinShellWords } from '#renderer/ui/shell-words.ts';

import { BindRows } from './bind-rows.tsx';
import { DraftTextField } from './draft-field.tsx';
import { EnvRows } from './env-rows.tsx';
import { DeviceSection, LogSection } from './host-sections.tsx';
import { ImageField } from './image-field.tsx';
import { LifeSection, LimitSection, NetworkSection } from './option-sections.tsx';
import type { RunForm } from './run-form.ts';

interface SectionProps {
  readonly form: RunForm;
}

/** Everything there is to say, the most asked for first. */
export function RunSections({ form, isImageMissing }: SectionProps & { readonly isImageMissing: boolean }): ReactNode {
  const t = useTranslate();
  return (
    <>
      <WhatToRun form={form} isImageMissing={isImageMissing} />
      <FormSection title={t('run.env')} text={t('run.envHelp')}>
        <EnvRows form={form} />
      </FormSection>
      <FormSection title={t('run.binds')} text={t('run.bindsHelp')}>
        <BindRows form={form} />
      </FormSection>
      <NetworkSection form={form} />
      <Process form={form} />
      <LifeSection form={form} />
      <LimitSection form={form} />
      <DeviceSection form={form} />
      <LogSection form={form} />
    </>
  );
}

function WhatToRun({ form, isImageMissing }: SectionProps & { readonly isImageMissing: boolean }): ReactNode {
  const t = useTranslate();
  const { draft, change, config } = form;
  const isInteractive = draft.tty && draft.openStdin;
  return (
    <FormSection title={t('run.what')}>
      <ImageField form={form} isMissing={isImageMissing} />
      <DraftTextField form={form} field="command" placeholder={joinShellWords(config?.cmd ?? [])} />
      <DraftTextField form={form} field="name" />
      <div className="run-switches">
        <SwitchRow
          label={t('run.interactive')}
          help={t('run.interactiveHelp')}
          isSelected={isInteractive}
          onChange={(on) => change({ tty: on, openStdin: on })}
        />
        <SwitchRow
          label={t('run.autoRemove')}
          help={t('run.autoRemoveHelp')}
          isSelected={draft.autoRemove}
          onChange={(autoRemove) => change({ autoRemove })}
        />
      </div>
    </FormSection>
  );
}

function Process({ form }: SectionProps): ReactNode {
  const t = useTranslate();
  const { config } = form;
  return (
    <FormSection title={t('run.process')}>
      <div className="form-pair">
        <DraftTextField form={form} field="workingDir" placeholder={config?.workingDir || '/'} />
        <DraftTextField form={form} field="user" placeholder={config?.user || 'root'} />
        <DraftTextField form={form} field="entrypoint" placeholder={joinShellWords(config?.entrypoint ?? [])} />
        <DraftTextField form={form} field="hostname" />
      </div>
    </FormSection>
  );
}
