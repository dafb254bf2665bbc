import { type ReactNode, useEffect, useState } from 'react';
import { RadioButton, RadioField, RadioGroup } from 'react-aria-components';
import { useStore } from 'zustand';

import type { ImageSummary } from '#engine/contract/image.ts';
import type { ImageSelection, RemovalOutcome } from '#engine/contract/store.ts';
import { type Format, useFormat } from '#renderer/i18n/format.ts';
import { type Translate, useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { ConfirmDialog } from '#renderer/ui/dialog.tsx';
import { SwitchRow } from '#renderer/ui/form-section.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { toast } from '#renderer/ui/toast.tsx';
import { undoToast } from '#renderer/ui/undo-toast.ts';

import { imageName } from './image-words.ts';
import { RemovalPreview } from './removal-preview.tsx';
import { RemovalUsers } from './removal-users.tsx';
import './remove-images.css';

/** Beside every screen: what a removal of images would do, and the way back after. */
export function RemoveImages(): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { asked, done } = useStore(appStores().imageRemoval);
  useEffect(() => {
    if (done !== undefined) tell(done, t, format);
    // oxlint-disable-next-line react/exhaustive-deps -- once for each removal, in whatever language it was asked for
  }, [done]);
  if (asked === undefined) return null;
  return <Question asked={asked} />;
}

function Question({ asked }: { readonly asked: ImageSelection }): ReactNode {
  const t = useTranslate();
  const { imageRemoval } = appStores();
  const { preview, failure, isPending } = useStore(imageRemoval);
  const [forGood, setForGood] = useState(false);
  const goes = preview === undefined ? 0 : preview.removed.length + preview.untagged.length;
  const subject = useSubject(asked);
  return (
    <ConfirmDialog
      title={titleOf(asked, subject, t)}
      isOpen
      action={t('images.removeAction')}
      isPending={isPending}
      isDisabled={goes === 0}
      onConfirm={() => void imageRemoval.getState().confirm(forGood)}
      onClose={() => imageRemoval.getState().close()}
    >
      {subject !== undefined && subject.RepoTags.length > 1 && <TagChoices image={subject} asked={asked} />}
      {preview === undefined && failure === undefined && <Loading />}
      {preview !== undefined && <RemovalPreview preview={preview} />}
      {subject !== undefined && <RemovalUsers image={subject.Id} />}
      {goes > 0 && (
        <SwitchRow
          label={t('images.removal.forGood')}
          help={t(forGood ? 'images.removal.forGoodText' : 'images.removal.toTrash')}
          isSelected={forGood}
          onChange={setForGood}
        />
      )}
      {failure !== undefined && <Banner tone="danger">{failure.message}</Banner>}
    </ConfirmDialog>
  );
}

/** The image that is meant, where it is one only, or one tag of it. */
function useSubject(asked: ImageSelection): ImageSummary | undefined {
  const images = useStore(appStores().images, (state) => state.images);
  if (!('images' in asked) || asked.images.length !== 1) return undefined;
  const [name = ''] = asked.images;
  return images?.find(({ Id, RepoTags }) => Id === name || RepoTags.includes(name));
}

function titleOf(asked: ImageSelection, subject: ImageSummary | undefined, t: Translate): string {
  if (subject !== undefined) return t('images.removeTitle', { name: imageName(subject) });
  if ('unused' in asked) return t(asked.unused === 'all' ? 'images.pruneAllTitle' : 'images.pruneTitle');
  return t('images.removeManyTitle', { count: asked.images.length });
}

interface TagChoicesProps {
  readonly image: ImageSummary;
  readonly asked: ImageSelection;
}

/** All of it, or one of its tags only. */
function TagChoices({ image, asked }: TagChoicesProps): ReactNode {
  const t = useTranslate();
  const choice = 'images' in asked ? asked.images[0] : undefined;
  return (
    <RadioGroup
      aria-label={t('images.removeWhat')}
      value={choice ?? image.Id}
      onChange={(name) =>
        void appStores()
          .imageRemoval.getState()
          .ask({ images: [name] })
      }
      className="choices"
    >
      <RadioField value={image.Id}>
        <RadioButton className="choice">
          <span>{t('images.removeAll', { count: image.RepoTags.length })}</span>
        </RadioButton>
      </RadioField>
      {image.RepoTags.map((tag) => (
        <RadioField key={tag} value={tag}>
          <RadioButton className="choice">
            <span>{t('images.removeTag', { tag })}</span>
          </RadioButton>
        </RadioField>
      ))}
    </RadioGroup>
  );
}

/** What has gone, whether it was as promised, and the way back. */
function tell(done: RemovalOutcome, t: Translate, format: Format): void {
  const { removed, untagged, refused, trash } = done;
  for (const { name, message } of refused) {
    toast({ tone: 'danger', title: t('images.removal.refused', { name }), text: message });
  }
  const names = { name: removed[0]?.name ?? untagged[0] ?? '', count: Math.max(removed.length, 1) };
  if (removed.length + untagged.length === 0) return;
  const title = t('images.removedMany', removed.length > 0 ? { ...names, name: untagged[0] ?? names.name } : names);
  const text = bytesText(done, t, format);
  if (trash.length === 0) toast({ tone: 'good', title, text });
  else undoToast({ title, text, undoLabel: t('images.undo'), undo: () => restoreAll(trash, t) });
}

function bytesText({ promisedBytes, measuredBytes, trash }: RemovalOutcome, t: Translate, format: Format): string {
  const sizes = { promised: format.bytes(promisedBytes), bytes: format.bytes(measuredBytes) };
  if (promisedBytes !== measuredBytes) return t('images.removal.otherwise', sizes);
  return t(trash.length === 0 ? 'images.removal.asPromised' : 'images.removal.inTrash', sizes);
}

/** What went last comes back first: a tag finds its image. */
async function restoreAll(entries: readonly string[], t: Translate): Promise<{ title: string; failure?: string }> {
  const { trash } = appStores();
  for (const entry of entries) {
    if ((await trash.getState().restore(entry)) !== undefined) continue;
    const failure = trash.getState().failure?.error.message ?? '';
    trash.getState().dismissFailure();
    return { title: t('images.undoFailed'), failure };
  }
  return { title: t('images.undone') };
}
