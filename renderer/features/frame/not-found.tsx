import type { ReactNode } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';
import { Page } from '#renderer/ui/page.tsx';

export function NotFound(): ReactNode {
  const t = useTranslate();
  return (
    <Page title={t('frame.notFound')} head={null}>
      <EmptyState title={t('frame.notFound')} actions={<LinkButton href="#/images">{t('frame.toImages')}</LinkButton>}>
        {t('frame.notFoundText')}
      </EmptyState>
    </Page>
  );
}
