import { type ReactNode, useState } from 'react';

import type { TrashSettings } from '#engine/contract/trash.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';

interface TrashSettingsDialogProps {
  readonly settings: TrashSettings;
  readonly onClose: () => void;
}

const DAY = 86_400;
const GIGABYTE = 1_000_000_000;

/** How long, and how much. */
export function TrashSettingsDialog({ settings, onClose }: TrashSettingsDialogProps): ReactNode {
  const t = useTranslate();
  const [days, setDays] = useState(numberText(settings.maxAgeSeconds / DAY));
  const [gigabytes, setGigabytes] = useState(numberText(settings.maxBytes / GIGABYTE));
  const wrong = (text: string): string | undefined => (isAmount(text) ? undefined : t('trash.badNumber'));
  const isRight = isAmount(days) && isAmount(gigabytes);
  const submit = (): void => {
    if (!isRight) return;
    onClose();
    void appStores()
      .trash.getState()
      .changeSettings({
        maxAgeSeconds: Math.round(Number(days) * DAY),
        maxBytes: Math.round(Number(gigabytes) * GIGABYTE),
      });
  };
  return (
    <Dialog
      title={t('trash.settingsTitle')}
      isOpen
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button variant="primary" type="submit" isDisabled={!isRight}>
            {t('trash.save')}
          </Button>
        </>
      }
    >
      <p className="soft">{t('trash.settingsText')}</p>
      <TextField label={t('trash.maxAge')} value={days} onChange={setDays} error={wrong(days)} inputMode="decimal" />
      <TextField
        label={t('trash.maxBytes')}
        help={t('trash.maxBytesHelp')}
        value={gigabytes}
        onChange={setGigabytes}
        error={wrong(gigabytes)}
        inputMode="decimal"
      />
    </Dialog>
  );
}

function numberText(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function isAmount(text: string): boolean {
  return text.trim() !== '' && Number(text) >= 0 && Number.isFinite(Number(text));
}
