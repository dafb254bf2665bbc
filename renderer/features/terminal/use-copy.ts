import { useEffect, useState } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';

const SHOWN_MS = 1600;

/** Copies, and says for a moment that it did. */
export function useCopy(): { readonly copy: (text: string) => void; readonly message: string } {
  const t = useTranslate();
  const [said, setSaid] = useState<{ readonly isCopied: boolean }>();
  useEffect(() => {
    if (said === undefined) return undefined;
    const timer = setTimeout(() => setSaid(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = (text: string): void => {
    if (text === '') return;
    navigator.clipboard.writeText(text).then(
      () => setSaid({ isCopied: true }),
      () => setSaid({ isCopied: false }),
    );
  };
  if (said === undefined) return { copy, message: '' };
  return { copy, message: t(said.isCopied ? 'terminal.copied' : 'terminal.copyFailed') };
}
