import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';

import type { ImageDetails } from '#engine/contract/image.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { SizedDirectory } from '#renderer/stores/size-map.ts';
import { Answered } from '#renderer/ui/answered.tsx';
import { Segments } from '#renderer/ui/segments.tsx';

import { SizeMapPicture } from './size-map-picture.tsx';
import { SizeMapTable } from './size-map-table.tsx';
import './size-map.css';

const views = ['picture', 'table'] as const;
type View = (typeof views)[number];

/** Where the bytes are: a picture of a directory, or the same as a table. */
export function SizeMapSection({ details }: { readonly details: ImageDetails }): ReactNode {
  const t = useTranslate();
  const { sizeMap } = appStores();
  const { Id } = details.summary;
  const to = details.layers.length - 1;
  const [path, setPath] = useState('/');
  const [view, setView] = useState<View>('picture');
  const directory = useStore(sizeMap, (state) => state.directory);
  useEffect(() => sizeMap.getState().show({ image: Id, to }, path), [sizeMap, Id, to, path]);
  return (
    <section className="size-map waste-wide" aria-label={t('sizes.title')}>
      <div className="size-map-head">
        <h2>{t('sizes.title')}</h2>
        <Crumbs path={path} onOpen={setPath} />
        <Segments
          label={t('map.view')}
          value={view}
          choices={views.map((value) => ({ value, label: t(`map.view.${value}`) }))}
          onChange={setView}
        />
      </div>
      <Answered asked={directory} failed={t('waste.failed')}>
        {(shown) => <Shown details={details} directory={shown} view={view} onOpen={setPath} />}
      </Answered>
    </section>
  );
}

interface ShownProps {
  readonly details: ImageDetails;
  readonly directory: SizedDirectory;
  readonly view: View;
  readonly onOpen: (path: string) => void;
}

function Shown({ details, directory, view, onOpen }: ShownProps): ReactNode {
  const t = useTranslate();
  const { entries, left } = directory;
  if (entries.every(({ size }) => size === 0)) return <p className="waste-none soft">{t('waste.pathsNone')}</p>;
  return (
    <>
      {view === 'picture' ? (
        <SizeMapPicture key={directory.path} details={details} entries={entries} onOpen={onOpen} />
      ) : (
        <SizeMapTable details={details} entries={entries} onOpen={onOpen} />
      )}
      {left > 0 && <p className="soft small">{t('sizes.left', { count: left })}</p>}
    </>
  );
}

interface CrumbsProps {
  readonly path: string;
  readonly onOpen: (path: string) => void;
}

/** The way back up. */
function Crumbs({ path, onOpen }: CrumbsProps): ReactNode {
  const t = useTranslate();
  const names = path === '/' ? [] : path.slice(1).split('/');
  const above = ['/', ...names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)];
  return (
    <nav className="size-map-crumbs" aria-label={t('sizes.where')}>
      {above.map((to, index) => (
        <button
          key={to}
          type="button"
          disabled={to === path}
          aria-current={to === path ? 'location' : undefined}
          onClick={() => onOpen(to)}
        >
          {index === 0 ? '/' : names[index - 1]}
        </button>
      ))}
    </nav>
  );
}
