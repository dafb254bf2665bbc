import { type ReactNode, useState } from 'react';

import { toEngineError } from '#engine/contract/errors.ts';
import type { SavePoint } from '#engine/contract/save-point.ts';
import type { MessageKey } from '#renderer/i18n/catalogue.ts';
import { type Translate, useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { goTo } from '#renderer/ui/hash-location.ts';
import { TextField } from '#renderer/ui/text-field.tsx';
import { toast } from '#renderer/ui/toast.tsx';

import { parseLabels } from './parse-labels.ts';

type VolumeSource = { readonly volume: string; readonly point: SavePoint | undefined } | { readonly file: File };

interface NewVolumeDialogProps {
  /** What it is to hold: another volume, as it is now or at a save point, or a tar. Empty without. */
  readonly source?: VolumeSource;
  readonly onClose: () => void;
}

/** A new volume: empty, with labels, or one that holds what another does. */
export function NewVolumeDialog({ source, onClose }: NewVolumeDialogProps): ReactNode {
  const t = useTranslate();
  const [name, setName] = useState(() => suggestedName(source));
  const [labels, setLabels] = useState('');
  const { failure, isPending, run } = useAttempt(async () => {
    const made = await make(source, name.trim(), labels);
    toast({ tone: 'good', title: t('volumes.created', { name: made }) });
    onClose();
    goTo(`/volumes/${encodeURIComponent(made)}`);
  });
  return (
    <Dialog
      title={titleOf(source, t)}
      isOpen
      onClose={onClose}
      onSubmit={run}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button variant="primary" type="submit" isPending={isPending} isDisabled={name.trim() === ''}>
            {t(actionOf(source))}
          </Button>
        </>
      }
    >
      {failure !== undefined && <Banner tone="danger">{failure}</Banner>}
      {source !== undefined && (
        <p className="soft">{t('file' in source ? 'volumes.importText' : 'volumes.cloneText')}</p>
      )}
      {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- the one thing that must be said */}
      <TextField label={t('volumes.name')} value={name} onChange={setName} mono autoFocus />
      {source === undefined && (
        <TextField
          label={t('volumes.labels')}
          help={t('volumes.labelsHelp')}
          value={labels}
          onChange={setLabels}
          rows={3}
          mono
        />
      )}
    </Dialog>
  );
}

function suggestedName(source: VolumeSource | undefined): string {
  if (source === undefined) return '';
  if ('file' in source) return source.file.name.replace(/\.(tar|tgz|tar\.\w+)$/, '').replaceAll(/[^\w.-]/g, '-');
  return `${source.volume}-copy`;
}

function actionOf(source: VolumeSource | undefined): MessageKey {
  if (source === undefined) return 'volumes.createAction';
  return 'file' in source ? 'volumes.importAction' : 'volumes.cloneAction';
}

function titleOf(source: VolumeSource | undefined, t: Translate): string {
  if (source === undefined) return t('volumes.createTitle');
  if ('file' in source) return t('volumes.importTitle', { file: source.file.name });
  if (source.point !== undefined) return t('volumes.clonePointTitle', { point: source.point.name });
  return t('volumes.cloneTitle', { name: source.volume });
}

async function make(source: VolumeSource | undefined, name: string, labels: string): Promise<string> {
  const volumes = appStores().volumes.getState();
  if (source === undefined) return (await volumes.create({ name, labels: parseLabels(labels) })).name;
  if ('file' in source) return (await volumes.importTar(name, source.file)).name;
  const point = source.point === undefined ? {} : { point: source.point.id };
  return (await volumes.clone({ name: source.volume, to: name, ...point })).name;
}

interface Attempt {
  readonly failure: string | undefined;
  readonly isPending: boolean;
  readonly run: () => void;
}

/** What a form does, once at a time, and why it was not done. */
function useAttempt(work: () => Promise<void>): Attempt {
  const [failure, setFailure] = useState<string>();
  const [isPending, setIsPending] = useState(false);
  const run = async (): Promise<void> => {
    setIsPending(true);
    setFailure(undefined);
    try {
      await work();
    } catch (thrown) {
      setFailure(toEngineError(thrown).message);
      setIsPending(false);
    }
  };
  return { failure, isPending, run: () => void (isPending ? undefined : run()) };
}
