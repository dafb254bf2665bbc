import { Search } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Key } from '#renderer/ui/key.tsx';

import './search.css';

/** Opens the palette; stands at the head of the rail. */
export function SearchButton(): ReactNode {
  const t = useTranslate();
  return (
    <Button
      className="search-button"
      aria-keyshortcuts="Control+K"
      onPress={() => appStores().search.getState().open()}
    >
      <Search aria-hidden />
      <span className="unseen">{t('search.title')}</span>
      <Key>Ctrl K</Key>
    </Button>
  );
}
