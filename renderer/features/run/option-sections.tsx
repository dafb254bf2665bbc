import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { FormSection, SwitchRow } from '#renderer/ui/form-section.tsx';
import { type Choice, Select } from '#renderer/ui/select.tsx';

import { DraftTextField } from './draft-field.tsx';
import { PortRows } from './port-rows.tsx';
import type { RunForm } from './run-form.ts';
import { restartChoices } from './run-options.ts';

interface SectionProps {
  readonly form: RunForm;
}

const usual = ['default', 'none', 'host'] as const;

/** Which networks it is in, and what of the machine leads there. */
export function NetworkSection({ form }: SectionProps): ReactNode {
  const t = useTranslate();
  const { draft, change } = form;
  const choices = useNetworkChoices(draft.network);
  const kind = usual.find((name) => name === draft.network) ?? 'own';
  return (
    <FormSection title={t('run.network')} text={t('run.portsHelp')}>
      <div className="form-pair">
        <div className="field">
          <Select
            label={t('run.network')}
            value={draft.network}
            choices={choices}
            onChange={(network) => change({ network })}
          />
          <p className="field-help">{t(`run.networkHelp.${kind}`)}</p>
        </div>
      </div>
      {draft.network !== 'none' && draft.network !== 'host' && <PortRows form={form} />}
    </FormSection>
  );
}

/** The usual ones, and those that people have made. */
function useNetworkChoices(chosen: string): readonly Choice<string>[] {
  const t = useTranslate();
  const networks = useStore(appStores().networks, (state) => state.networks);
  const own = (networks ?? []).filter(({ isPredefined }) => !isPredefined).map(({ name }) => name);
  const known = own.includes(chosen) || usual.some((name) => name === chosen) ? own : [...own, chosen];
  return [
    { value: 'default', label: t('run.network.default') },
    ...known.map((name) => ({ value: name, label: name })),
    { value: 'none', label: t('run.network.none') },
    { value: 'host', label: t('run.network.host') },
  ];
}

/** Whether it comes back after its end, and how one knows that it is well. */
export function LifeSection({ form }: SectionProps): ReactNode {
  const t = useTranslate();
  const { draft, change, errorAt } = form;
  const restartError = errorAt('restart');
  return (
    <FormSection title={t('run.life')}>
      <div className="form-pair">
        <div className="field">
          <Select
            label={t('run.restart')}
            value={draft.restart}
            choices={restartChoices.map((value) => ({ value, label: t(`run.restart.${value}`) }))}
            onChange={(restart) => change({ restart })}
          />
          {restartError === undefined ? (
            draft.restart !== 'no' && <p className="field-help">{t('run.restartHelp')}</p>
          ) : (
            <p className="field-error">{restartError}</p>
          )}
        </div>
        {draft.restart === 'on-failure' && <DraftTextField form={form} field="retries" />}
        <DraftTextField form={form} field="health" />
        {draft.health.trim() !== '' && <DraftTextField form={form} field="healthInterval" />}
      </div>
    </FormSection>
  );
}

/** How much of the machine it may have, and what it may do to it. */
export function LimitSection({ form }: SectionProps): ReactNode {
  const t = useTranslate();
  const { draft, change } = form;
  return (
    <FormSection title={t('run.limits')}>
      <div className="form-pair">
        <DraftTextField form={form} field="memory" />
        <DraftTextField form={form} field="cpus" />
        <DraftTextField form={form} field="pids" />
        <DraftTextField form={form} field="capAdd" />
        <DraftTextField form={form} field="capDrop" />
      </div>
      <div className="run-switches">
        <SwitchRow
          label={t('run.readOnly')}
          help={t('run.readOnlyHelp')}
          isSelected={draft.readOnlyRootfs}
          onChange={(readOnlyRootfs) => change({ readOnlyRootfs })}
        />
        <SwitchRow
          label={t('run.init')}
          help={t('run.initHelp')}
          isSelected={draft.init}
          onChange={(init) => change({ init })}
        />
        <SwitchRow
          label={t('run.privileged')}
          help={t('run.privilegedHelp')}
          isSelected={draft.privileged}
          onChange={(privileged) => change({ privileged })}
        />
      </div>
      {draft.privileged && <Banner tone="warning">{t('run.privilegedWarning')}</Banner>}
    </FormSection>
  );
}
