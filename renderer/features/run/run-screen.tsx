import type { ReactNode } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { Page } from '#renderer/ui/page.tsx';

/** @param image the reference or id the form opens with. */
export function RunScreen({ image }: { readonly image: string }): ReactNode {
  const t = useTranslate();
  return <Page title={t('run.title')}>{image}</Page>;
}
