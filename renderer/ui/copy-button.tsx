import { Check, Copy } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';

import { IconButton } from './icon-button.tsx';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, in the sentence "Copy …". */
  readonly what: string;
}

const SHOWN_MS = 1400;

export function CopyButton({ text, what }: CopyButtonProps): ReactNode {
  const t = useTranslate();
  const [copies, setCopies] = useState(0);
  useEffect(() => {
    if (copies === 0) return undefined;
    const timer = setTimeout(() => setCopies(0), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copies]);
  const isCopied = copies > 0;
  return (
    <>
      <IconButton
        label={isCopied ? t('ui.copied') : t('ui.copyWhat', { what })}
        icon={isCopied ? <Check aria-hidden /> : <Copy aria-hidden />}
        size="small"
        onPress={() => {
          void navigator.clipboard.writeText(text).then(() => setCopies((before) => before + 1));
        }}
      />
      <output className="unseen">{isCopied ? t('ui.copied') : ''}</output>
    </>
  );
}
