import { type ReactNode, useState } from 'react';

import { toEngineError } from '#engine/contract/errors.ts';
import type { ImageSummary } from '#engine/contract/image.ts';
import { canonicalName, parseReference } from '#engine/contract/reference.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';

import { imageName } from './image-words.ts';

interface TagImageDialogProps {
  readonly image: ImageSummary;
  readonly onClose: () => void;
}

export function TagImageDialog({ image, onClose }: TagImageDialogProps): ReactNode {
  const t = useTranslate();
  const [name, setName] = useState('');
  const [isTried, setIsTried] = useState(false);
  const [failure, setFailure] = useState<string>();
  const full = fullName(name);
  const submit = async (): Promise<void> => {
    setIsTried(true);
    if (full === undefined) return;
    try {
      await appStores().images.getState().tag(image.Id, name.trim());
      onClose();
    } catch (thrown) {
      setFailure(toEngineError(thrown).message);
    }
  };
  return (
    <Dialog
      title={t('images.tagTitle', { name: imageName(image) })}
      isOpen
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" variant="primary">
            {t('images.tagAction')}
          </Button>
        </>
      }
    >
      <TextField
        label={t('images.tagField')}
        value={name}
        onChange={setName}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the one field of a dialog that was asked for
        autoFocus
        mono
        placeholder="app:1.0"
        help={full === undefined ? t('images.tagHelp') : t('images.tagMeans', { name: full })}
        error={isTried && full === undefined ? t('images.badName') : undefined}
      />
      {failure !== undefined && <Banner tone="danger">{failure}</Banner>}
    </Dialog>
  );
}

function fullName(text: string): string | undefined {
  try {
    return canonicalName(parseReference(text.trim()));
  } catch {
    return undefined;
  }
}
