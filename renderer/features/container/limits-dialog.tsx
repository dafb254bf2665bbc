import { type ReactNode, useState } from 'react';

import type { ContainerDetails } from '#engine/contract/container.ts';
import { toEngineError } from '#engine/contract/errors.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { toast } from '#renderer/ui/toast.tsx';

import { limitChanges, type LimitDraft, limitDraft, restarts } from './limit-draft.ts';

interface LimitsDialogProps {
  readonly details: ContainerDetails;
  readonly onClose: () => void;
}

/** Other limits, which hold at once for one that runs. */
export function LimitsDialog({ details, onClose }: LimitsDialogProps): ReactNode {
  const t = useTranslate();
  const { summary } = details;
  const [before] = useState(() => limitDraft(details));
  const [draft, setDraft] = useState(before);
  const [failure, setFailure] = useState<string>();
  const { changes, problems } = limitChanges(before, draft);
  const hasChanges = Object.keys(changes).length > 0 && problems.size === 0;
  const submit = async (): Promise<void> => {
    if (!hasChanges) return;
    try {
      await appStores().containers.getState().update(summary.Id, changes);
      onClose();
      toast({ tone: 'good', title: t('container.limitsChanged') });
    } catch (thrown) {
      setFailure(toEngineError(thrown).message);
    }
  };
  const change = (fields: Partial<LimitDraft>): void => {
    setFailure(undefined);
    setDraft((known) => ({ ...known, ...fields }));
  };
  return (
    <Dialog
      title={t('container.limitsTitle', { name: summary.Names[0]?.replace(/^\//, '') ?? '' })}
      isOpen
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button variant="primary" type="submit" isDisabled={!hasChanges}>
            {t('container.limitsAction')}
          </Button>
        </>
      }
    >
      <p className="soft">{t('container.limitsText')}</p>
      <LimitField field="memory" draft={draft} change={change} problems={problems} />
      <LimitField field="cpus" draft={draft} change={change} problems={problems} />
      <LimitField field="pids" draft={draft} change={change} problems={problems} />
      <Select
        label={t('run.restart')}
        value={draft.restart}
        choices={restarts.map((value) => ({ value, label: t(`run.restart.${value}`) }))}
        onChange={(restart) => change({ restart })}
      />
      {draft.restart === 'on-failure' && (
        <LimitField field="retries" draft={draft} change={change} problems={problems} />
      )}
      {failure !== undefined && <Banner tone="danger">{failure}</Banner>}
    </Dialog>
  );
}

interface LimitFieldProps {
  readonly field: Exclude<keyof LimitDraft, 'restart'>;
  readonly draft: LimitDraft;
  readonly change: (fields: Partial<LimitDraft>) => void;
  readonly problems: ReturnType<typeof limitChanges>['problems'];
}

function LimitField({ field, draft, change, problems }: LimitFieldProps): ReactNode {
  const t = useTranslate();
  const problem = problems.get(field);
  const help = { memory: t('run.memoryHelp'), cpus: t('run.cpusHelp'), pids: undefined, retries: undefined }[field];
  return (
    <TextField
      label={t(`run.${field}`)}
      mono
      value={draft[field]}
      onChange={(value) => change({ [field]: value })}
      placeholder={t(field === 'retries' ? 'run.retriesPlaceholder' : 'run.memoryPlaceholder')}
      help={help}
      error={problem && t(`container.limitProblem.${problem}`)}
    />
  );
}
