import { type ReactNode, useState } from 'react';

import type { ContainerDetails } from '#engine/contract/container.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { toEngineError } from '#engine/contract/errors.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { isUp } from '#renderer/stores/removal.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { goTo } from '#renderer/ui/hash-location.ts';
import { shortDigest } from '#renderer/ui/hash.tsx';
import { Switch } from '#renderer/ui/switch.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { toast } from '#renderer/ui/toast.tsx';

interface CommitDialogProps {
  readonly details: ContainerDetails;
  readonly onClose: () => void;
}

const emptyDraft = { reference: '', comment: '', author: '', changes: '', pause: true };
type CommitDraft = typeof emptyDraft;

/** An image of the container as it stands. */
export function CommitDialog({ details, onClose }: CommitDialogProps): ReactNode {
  const t = useTranslate();
  const { summary } = details;
  const [draft, setDraft] = useState(emptyDraft);
  const { failure, isPending, commit, forget } = useCommit(summary.Id, draft, onClose);
  const change = (fields: Partial<CommitDraft>): void => {
    forget();
    setDraft((known) => ({ ...known, ...fields }));
  };
  return (
    <Dialog
      title={t('container.commitTitle', { name: summary.Names[0]?.replace(/^\//, '') ?? '' })}
      isOpen
      onClose={onClose}
      onSubmit={() => void commit()}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button variant="primary" type="submit" isPending={isPending}>
            {t('container.commitAction')}
          </Button>
        </>
      }
    >
      <p className="soft">{t('container.commitText')}</p>
      <TextField
        label={t('container.commitReference')}
        value={draft.reference}
        onChange={(reference) => change({ reference })}
        placeholder="team/app:1.0"
        help={t('container.commitReferenceHelp')}
        mono
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the first of what is asked for
        autoFocus
      />
      <TextField
        label={t('container.commitComment')}
        value={draft.comment}
        onChange={(comment) => change({ comment })}
      />
      <TextField label={t('container.commitAuthor')} value={draft.author} onChange={(author) => change({ author })} />
      <TextField
        label={t('container.commitChanges')}
        value={draft.changes}
        onChange={(changes) => change({ changes })}
        placeholder={'CMD ["nginx"]'}
        help={t('container.commitChangesHelp')}
        mono
        rows={3}
      />
      {isUp(summary) && (
        <Switch isSelected={draft.pause} onChange={(pause) => change({ pause })}>
          {t('container.commitPause')}
        </Switch>
      )}
      {failure !== undefined && <Banner tone="danger">{failure}</Banner>}
    </Dialog>
  );
}

interface Commit {
  readonly failure: string | undefined;
  readonly isPending: boolean;
  readonly commit: () => Promise<void>;
  /** The failure was about what has been changed since. */
  readonly forget: () => void;
}

function useCommit(id: string, draft: CommitDraft, onDone: () => void): Commit {
  const t = useTranslate();
  const [failure, setFailure] = useState<string>();
  const [isPending, setIsPending] = useState(false);
  const tell = (image: Digest): void =>
    toast({
      tone: 'good',
      title: t('container.committed', { image: draft.reference.trim() || shortDigest(image) }),
      action: { label: t('container.committedLook'), onAction: () => goTo(`/images/${image}`) },
    });
  const commit = async (): Promise<void> => {
    if (isPending) return;
    setIsPending(true);
    setFailure(undefined);
    try {
      tell(await appStores().containers.getState().commit(id, requestOf(draft)));
      onDone();
    } catch (thrown) {
      setFailure(toEngineError(thrown).message);
    } finally {
      setIsPending(false);
    }
  };
  return { failure, isPending, commit, forget: () => setFailure(undefined) };
}

function requestOf({ reference, comment, author, changes, pause }: CommitDraft) {
  const optional = (name: 'reference' | 'comment' | 'author', text: string): Partial<Record<typeof name, string>> =>
    text.trim() === '' ? {} : { [name]: text.trim() };
  return {
    ...optional('reference', reference),
    ...optional('comment', comment),
    ...optional('author', author),
    changes: changes.split('\n').filter((line) => line.trim() !== ''),
    pause,
  };
}
