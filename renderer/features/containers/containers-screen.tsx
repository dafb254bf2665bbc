import type { ReactNode } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { Page } from '#renderer/ui/page.tsx';

export function ContainersScreen(): ReactNode {
  const t = useTranslate();
  return <Page title={t('containers.title')}>{null}</Page>;
}
