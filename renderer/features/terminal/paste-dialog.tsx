import type { ReactNode } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { OutputPane } from '#renderer/ui/output-pane.tsx';

import { countLines } from './paste-guard.ts';

interface PasteDialogProps {
  readonly text: string;
  readonly onPaste: () => void;
  readonly onClose: () => void;
}

/** Asks before lines are pasted into a program that would run each. */
export function PasteDialog({ text, onPaste, onClose }: PasteDialogProps): ReactNode {
  const t = useTranslate();
  return (
    <Dialog
      title={t('terminal.pasteTitle', { count: countLines(text) })}
      isOpen
      role="alertdialog"
      onClose={onClose}
      footer={
        <>
          {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- what an alert dialog's focus belongs on (ARIA APG) */}
          <Button onPress={onClose} autoFocus>
            {t('ui.cancel')}
          </Button>
          <Button variant="primary" onPress={onPaste}>
            {t('terminal.pasteConfirm')}
          </Button>
        </>
      }
    >
      <p className="soft">{t('terminal.pasteText')}</p>
      <OutputPane label={t('terminal.pasteContent')} lines={text.split(/\r\n|\r|\n/)} />
    </Dialog>
  );
}
