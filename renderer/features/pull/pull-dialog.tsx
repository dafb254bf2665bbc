import { type ReactNode, useRef, useState } from 'react';
import { useStore } from 'zustand';

import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useAsked } from '#renderer/ui/use-asked.ts';

import { FindRepository } from './find-repository.tsx';
import { readReference } from './read-reference.ts';
import { TagChoices } from './tag-choices.tsx';
import { PullPreviewPane } from './transfer-preview.tsx';
import './transfer.css';

export function PullDialog(): ReactNode {
  const { isOpen, reference, close } = useStore(appStores().pullForm);
  if (!isOpen) return null;
  return <PullForm initial={reference} onClose={close} />;
}

/** Of the engine's own machine. */
const OWN = 'own';
const platforms = ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/386', 'linux/ppc64le', 'linux/s390x'] as const;
type PlatformChoice = typeof OWN | (typeof platforms)[number];

interface PullFormProps {
  readonly initial: string;
  readonly onClose: () => void;
}

function PullForm({ initial, onClose }: PullFormProps): ReactNode {
  const t = useTranslate();
  const [text, setText] = useState(initial);
  const [platform, setPlatform] = useState<PlatformChoice>(OWN);
  const [isTried, setIsTried] = useState(false);
  const { failure, isPending, pull } = usePull(onClose);
  const field = useRef<HTMLInputElement>(null);
  const read = readReference(text);
  const wish = { reference: text.trim(), platform: platform === OWN ? undefined : platform };
  const asked = useAsked('name' in read ? `${read.name} ${platform}` : undefined, (signal) =>
    appStores().transfers.getState().previewPull(wish, signal),
  );
  const choose = (chosen: string): void => {
    setText(chosen);
    // What was pressed is gone with the choice.
    field.current?.focus();
  };
  const submit = (): void => {
    setIsTried(true);
    if ('name' in read && !isPending) void pull(wish);
  };
  return (
    <Dialog
      title={t('pull.title')}
      isOpen
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" variant="primary" isPending={isPending}>
            {t('pull.action')}
          </Button>
        </>
      }
    >
      <TextField
        label={t('pull.reference')}
        value={text}
        onChange={setText}
        inputRef={field}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the one field of a dialog that was asked for
        autoFocus
        mono
        placeholder="redis:4.0.6"
        help={'name' in read ? t('pull.means', { name: read.name }) : t('pull.referenceHelp')}
        error={isTried && !('name' in read) ? t(read.problem) : undefined}
      />
      <TagChoices text={text} onChoose={choose} />
      <FindRepository onChoose={choose} />
      <PlatformSelect platform={platform} onChange={setPlatform} />
      <PullPreviewPane asked={asked} />
      <NotStarted failure={failure} />
    </Dialog>
  );
}

interface PullWish {
  readonly reference: string;
  readonly platform: string | undefined;
}

interface Attempt {
  readonly failure: EngineError | undefined;
  readonly isPending: boolean;
  readonly pull: (wish: PullWish) => Promise<void>;
}

function usePull(onDone: () => void): Attempt {
  const [failure, setFailure] = useState<EngineError>();
  const [isPending, setIsPending] = useState(false);
  const pull = async ({ reference, platform }: PullWish): Promise<void> => {
    setIsPending(true);
    try {
      const { images, jobs } = appStores();
      await images.getState().pull(reference, platform);
      jobs.getState().setPanelOpen(true);
      onDone();
    } catch (thrown) {
      setFailure(toEngineError(thrown));
      setIsPending(false);
    }
  };
  return { failure, isPending, pull };
}

function NotStarted({ failure }: { readonly failure: EngineError | undefined }): ReactNode {
  const t = useTranslate();
  if (failure === undefined) return null;
  return (
    <Banner tone="danger" title={t('pull.failed')}>
      {failure.message}
    </Banner>
  );
}

interface PlatformSelectProps {
  readonly platform: PlatformChoice;
  readonly onChange: (platform: PlatformChoice) => void;
}

function PlatformSelect({ platform, onChange }: PlatformSelectProps): ReactNode {
  const t = useTranslate();
  const others = platforms.map((value) => ({ value, label: value }));
  return (
    <Select<PlatformChoice>
      label={t('pull.platform')}
      value={platform}
      choices={[{ value: OWN, label: t('pull.platformOwn') }, ...others]}
      onChange={onChange}
    />
  );
}
