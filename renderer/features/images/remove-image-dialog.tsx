import { type ReactNode, useState } from 'react';
import { RadioButton, RadioField, RadioGroup } from 'react-aria-components';

import { toEngineError } from '#engine/contract/errors.ts';
import type { ImageSummary } from '#engine/contract/image.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { ConfirmDialog } from '#renderer/ui/dialog.tsx';
import { toast } from '#renderer/ui/toast.tsx';

import { imageName } from './image-words.ts';

interface RemoveImageDialogProps {
  readonly image: ImageSummary;
  readonly onClose: () => void;
}

/** Chosen instead of one tag. */
const ALL = '';

export function RemoveImageDialog({ image, onClose }: RemoveImageDialogProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const [choice, setChoice] = useState(ALL);
  const [failure, setFailure] = useState<string>();
  const [isPending, setIsPending] = useState(false);
  const isBlocked = choice === ALL && image.Containers > 0;
  const remove = async (): Promise<void> => {
    setIsPending(true);
    try {
      const freed = await removeChoice(image, choice);
      const title = t('images.removed', { name: choice === ALL ? imageName(image) : choice });
      toast({ tone: 'good', title, ...(freed > 0 ? { text: t('images.freed', { bytes: format.bytes(freed) }) } : {}) });
      onClose();
    } catch (thrown) {
      setFailure(toEngineError(thrown).message);
      setIsPending(false);
    }
  };
  return (
    <ConfirmDialog
      title={t('images.removeTitle', { name: imageName(image) })}
      isOpen
      action={t('images.removeAction')}
      isPending={isPending}
      isDisabled={isBlocked}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      {image.RepoTags.length > 1 ? (
        <TagChoices image={image} choice={choice} onChoose={setChoice} />
      ) : (
        <p className="soft">{t('images.removeFrees', { bytes: format.bytes(image.uniqueSize) })}</p>
      )}
      {isBlocked && <Banner tone="warning">{t('images.inUse', { count: image.Containers })}</Banner>}
      {failure !== undefined && <Banner tone="danger">{failure}</Banner>}
    </ConfirmDialog>
  );
}

/** @returns bytes freed. */
async function removeChoice(image: ImageSummary, choice: string): Promise<number> {
  const { remove } = appStores().images.getState();
  if (choice !== ALL) return (await remove(choice, false)).freedBytes;
  return (await remove(image.Id, image.RepoTags.length > 1)).freedBytes;
}

interface TagChoicesProps {
  readonly image: ImageSummary;
  readonly choice: string;
  readonly onChoose: (choice: string) => void;
}

function TagChoices({ image, choice, onChoose }: TagChoicesProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  return (
    <RadioGroup aria-label={t('images.removeWhat')} value={choice} onChange={onChoose} className="choices">
      <RadioField value={ALL}>
        <RadioButton className="choice">
          <span>
            {t('images.removeAll', { count: image.RepoTags.length })}
            <br />
            <span className="faint small">{t('images.removeFrees', { bytes: format.bytes(image.uniqueSize) })}</span>
          </span>
        </RadioButton>
      </RadioField>
      {image.RepoTags.map((tag) => (
        <RadioField key={tag} value={tag}>
          <RadioButton className="choice">
            <span>
              {t('images.removeTag', { tag })}
              <br />
              <span className="faint small">{t('images.removeTagText')}</span>
            </span>
          </RadioButton>
        </RadioField>
      ))}
    </RadioGroup>
  );
}
