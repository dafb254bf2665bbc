import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { LEAST_LETTERS } from '#renderer/stores/search.ts';

import './search.css';

/** How far the search has come, or what can be looked for. */
export function SearchProgress({ hasChoices }: { readonly hasChoices: boolean }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { text, progress } = useStore(appStores().search);
  if (text.trim().length < LEAST_LETTERS) return <p className="search-foot">{t('search.help')}</p>;
  if (progress === undefined) return <p className="search-foot">{hasChoices ? '' : t('search.nothing')}</p>;
  const { matches, layersSearched, layerCount, entriesSearched, isDone } = progress;
  return (
    <output className="search-foot numbers">
      {isDone
        ? t('search.searched', { matches, entries: format.count(entriesSearched), all: layerCount })
        : t('search.searching', {
            done: format.count(layersSearched),
            all: format.count(layerCount),
            matches: format.count(matches),
          })}
    </output>
  );
}
