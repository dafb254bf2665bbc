import { type ReactNode, useId } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { Select } from '#renderer/ui/select.tsx';
import { joinShellWords } from '#renderer/ui/shell-words.ts';
import { Switch } from '#renderer/ui/switch.tsx';

import { BindRows } from './bind-rows.tsx';
import { DraftTextField } from './draft-field.tsx';
import { EnvRows } from './env-rows.tsx';
import { ImageField } from './image-field.tsx';
import { networkChoices } from './run-draft.ts';
import type { RunForm } from './run-form.ts';

interface SectionProps {
  readonly form: RunForm;
}

/** Everything there is to say, the most asked for first. */
export function RunSections({ form, isImageMissing }: SectionProps & { readonly isImageMissing: boolean }): ReactNode {
  const t = useTranslate();
  return (
    <div className="run-sections">
      <WhatToRun form={form} isImageMissing={isImageMissing} />
      <Section title={t('run.env')} text={t('run.envHelp')}>
        <EnvRows form={form} />
      </Section>
      <Section title={t('run.binds')} text={t('run.bindsHelp')}>
        <BindRows form={form} />
      </Section>
      <Process form={form} />
      <Limits form={form} />
    </div>
  );
}

interface SectionFrameProps {
  readonly title: string;
  readonly text?: string;
  readonly children: ReactNode;
}

function Section({ title, text, children }: SectionFrameProps): ReactNode {
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

function WhatToRun({ form, isImageMissing }: SectionProps & { readonly isImageMissing: boolean }): ReactNode {
  const t = useTranslate();
  const { draft, change, config } = form;
  const isInteractive = draft.tty && draft.openStdin;
  return (
    <Section title={t('run.what')}>
      <ImageField form={form} isMissing={isImageMissing} />
      <DraftTextField
        form={form}
        field="command"
        label={t('run.command')}
        placeholder={joinShellWords(config?.cmd ?? [])}
        help={t('run.commandHelp')}
      />
      <DraftTextField form={form} field="name" label={t('run.name')} placeholder={t('run.namePlaceholder')} />
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
    </Section>
  );
}

function Process({ form }: SectionProps): ReactNode {
  const t = useTranslate();
  const { config } = form;
  return (
    <Section title={t('run.process')}>
      <div className="run-pair">
        <DraftTextField
          form={form}
          field="workingDir"
          label={t('run.workingDir')}
          placeholder={config?.workingDir || '/'}
        />
        <DraftTextField form={form} field="user" label={t('run.user')} placeholder={config?.user || 'root'} />
        <DraftTextField
          form={form}
          field="entrypoint"
          label={t('run.entrypoint')}
          placeholder={joinShellWords(config?.entrypoint ?? [])}
        />
        <DraftTextField
          form={form}
          field="hostname"
          label={t('run.hostname')}
          placeholder={t('run.hostnamePlaceholder')}
        />
      </div>
    </Section>
  );
}

function Limits({ form }: SectionProps): ReactNode {
  const t = useTranslate();
  const { draft, change } = form;
  return (
    <Section title={t('run.limits')}>
      <div className="run-pair">
        <div className="field">
          <Select
            label={t('run.network')}
            value={draft.network}
            choices={networkChoices.map((value) => ({ value, label: t(`run.network.${value}`) }))}
            onChange={(network) => change({ network })}
          />
          <p className="field-help">{t(`run.networkHelp.${draft.network}`)}</p>
        </div>
        <DraftTextField
          form={form}
          field="memory"
          label={t('run.memory')}
          placeholder={t('run.memoryPlaceholder')}
          help={t('run.memoryHelp')}
        />
      </div>
      <div className="run-switches">
        <SwitchRow
          label={t('run.readOnly')}
          help={t('run.readOnlyHelp')}
          isSelected={draft.readOnlyRootfs}
          onChange={(readOnlyRootfs) => change({ readOnlyRootfs })}
        />
      </div>
    </Section>
  );
}

interface SwitchRowProps {
  readonly label: string;
  readonly help: string;
  readonly isSelected: boolean;
  readonly onChange: (isSelected: boolean) => void;
}

function SwitchRow({ label, help, isSelected, onChange }: SwitchRowProps): ReactNode {
  return (
    <Switch isSelected={isSelected} onChange={onChange}>
      <span>
        {label}
        <span className="run-switch-help">{help}</span>
      </span>
    </Switch>
  );
}
