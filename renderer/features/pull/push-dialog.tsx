import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';

import { toEngineError } from '#engine/contract/errors.ts';
import type { ImageSummary } from '#engine/contract/image.ts';
import type { PushPreview } from '#engine/contract/transfer-preview.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { shortDigest } from '#renderer/ui/hash.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { type Asked, useAsked } from '#renderer/ui/use-asked.ts';

import { readReference } from './read-reference.ts';
import { PushPreviewPane } from './transfer-preview.tsx';
import './transfer.css';

export function PushDialog(): ReactNode {
  const { pushed, closePush } = useStore(appStores().transfers);
  if (pushed === undefined) return null;
  return <PushForm key={pushed.Id} image={pushed} onClose={closePush} />;
}

interface PushFormProps {
  readonly image: ImageSummary;
  readonly onClose: () => void;
}

function PushForm({ image, onClose }: PushFormProps): ReactNode {
  const t = useTranslate();
  const [text, setText] = useState(image.RepoTags[0] ?? '');
  const [isTried, setIsTried] = useState(false);
  const { read, name, isTag, asked } = useTarget(image, text);
  const { failure, taken, isPending, push, forget } = usePush(image, onClose);
  const lost = taken ?? overwritten(asked);
  return (
    <Dialog
      title={t('push.title', { name: image.RepoTags[0] ?? shortDigest(image.Id) })}
      isOpen
      onClose={onClose}
      onSubmit={() => {
        setIsTried(true);
        if (name !== undefined) void push(name, { isTag, isTold: lost !== undefined });
      }}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" variant={lost === undefined ? 'primary' : 'danger'} isPending={isPending}>
            {t(lost === undefined ? 'push.action' : 'push.overwrite')}
          </Button>
        </>
      }
    >
      <TextField
        label={t('push.reference')}
        value={text}
        onChange={(typed) => {
          forget();
          setText(typed);
        }}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the one field of a dialog that was asked for
        autoFocus
        mono
        placeholder="registry.example.com/team/app:1.0"
        help={'name' in read ? t(isTag ? 'pull.means' : 'push.newName', { name: read.name }) : t('push.referenceHelp')}
        error={isTried && !('name' in read) ? t(read.problem) : undefined}
      />
      <PushPreviewPane asked={asked} />
      <PushNotices lost={lost} failure={failure} />
    </Dialog>
  );
}

/** Where it would go, and what would be sent there, where the image has that name already. */
function useTarget(image: ImageSummary, text: string) {
  const read = readReference(text);
  const name = 'name' in read ? read.familiar : undefined;
  const isTag = name !== undefined && image.RepoTags.includes(name);
  const asked = useAsked(isTag ? name : undefined, (signal) =>
    appStores()
      .transfers.getState()
      .previewPush({ reference: name ?? '' }, signal),
  );
  return { read, name, isTag, asked };
}

interface PushNoticesProps {
  readonly lost: Overwritten | undefined;
  readonly failure: string | undefined;
}

function PushNotices({ lost, failure }: PushNoticesProps): ReactNode {
  const t = useTranslate();
  return (
    <>
      {lost !== undefined && (
        <Banner tone="warning" title={t('push.overwrites')}>
          {t(lost.isSeen ? 'push.overwritesSeen' : 'push.overwritesUnseen', { hash: shortDigest(lost.digest) })}
        </Banner>
      )}
      {failure !== undefined && (
        <Banner tone="danger" title={t('push.failed')}>
          {failure}
        </Banner>
      )}
    </>
  );
}

type Overwritten = NonNullable<PushPreview['overwrites']>;

/** What the tag leads to there now, where that is another image. */
function overwrittenBy({ overwrites }: PushPreview): Overwritten | undefined {
  return overwrites === undefined || overwrites.isSame ? undefined : overwrites;
}

function overwritten(asked: Asked<PushPreview>): Overwritten | undefined {
  return asked.status === 'answered' ? overwrittenBy(asked.answer) : undefined;
}

interface Push {
  readonly failure: string | undefined;
  /** What was found when the push was about to begin, and has to be said first. */
  readonly taken: Overwritten | undefined;
  readonly isPending: boolean;
  readonly push: (
    name: string,
    known: {
      readonly isTag: boolean;
      /** Whether the person has read what would be overwritten. */
      readonly isTold: boolean;
    },
  ) => Promise<void>;
  readonly forget: () => void;
}

function usePush(image: ImageSummary, onDone: () => void): Push {
  const [failure, setFailure] = useState<string>();
  const [taken, setTaken] = useState<Overwritten>();
  const [isPending, setIsPending] = useState(false);
  const push: Push['push'] = async (name, { isTag, isTold }) => {
    if (isPending) return;
    setIsPending(true);
    setFailure(undefined);
    try {
      const { transfers, jobs } = appStores();
      const wish = { reference: name, ...(isTag ? {} : { image: image.Id }) };
      const found = isTold ? undefined : overwrittenBy(await transfers.getState().previewPush(wish));
      if (found !== undefined) {
        setTaken(found);
        return;
      }
      await transfers.getState().push(wish, isTold);
      jobs.getState().setPanelOpen(true);
      onDone();
    } catch (thrown) {
      setFailure(toEngineError(thrown).message);
    } finally {
      setIsPending(false);
    }
  };
  const forget = (): void => {
    setFailure(undefined);
    setTaken(undefined);
  };
  return { failure, taken, isPending, push, forget };
}
