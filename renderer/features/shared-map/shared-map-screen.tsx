import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';

import type { SharedMap } from '#engine/contract/sharing.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Answered } from '#renderer/ui/answered.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Segments } from '#renderer/ui/segments.tsx';

import { MapPicture } from './map-picture.tsx';
import { MapTable } from './map-table.tsx';
import './shared-map.css';

const views = ['picture', 'table'] as const;
type View = (typeof views)[number];

/** Which images share which layers: trunks and branches, as wide as their bytes. */
export function SharedMapScreen(): ReactNode {
  const t = useTranslate();
  const { sharedMap } = appStores();
  const map = useStore(sharedMap, (state) => state.map);
  const [view, setView] = useState<View>('picture');
  useEffect(() => sharedMap.getState().follow(), [sharedMap]);
  return (
    <Page
      title={t('map.title')}
      actions={
        <Segments
          label={t('map.view')}
          value={view}
          choices={views.map((value) => ({ value, label: t(`map.view.${value}`) }))}
          onChange={setView}
        />
      }
    >
      <Answered asked={map} failed={t('map.failed')}>
        {(shown) => <Shown map={shown} view={view} />}
      </Answered>
    </Page>
  );
}

function Shown({ map, view }: { readonly map: SharedMap; readonly view: View }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { segments, totalBytes, unsharedBytes } = map;
  if (segments.length === 0) {
    return (
      <EmptyState title={t('map.none')} actions={<LinkButton href="#/images">{t('frame.toImages')}</LinkButton>} />
    );
  }
  const saved = Math.max(0, unsharedBytes - totalBytes);
  return (
    <>
      <p className="map-sums soft numbers">
        <span>{t('map.total', { bytes: format.bytes(totalBytes) })}</span>
        <span>{t('map.saved', { bytes: format.bytes(saved) })}</span>
      </p>
      {view === 'picture' ? <MapPicture segments={segments} /> : <MapTable segments={segments} />}
    </>
  );
}
