import { Download, FolderOpen, Layers } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { useStore } from 'zustand';

import type { ImageSummary } from '#engine/contract/image.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { DropArea } from '#renderer/ui/drop-area.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { SearchField } from '#renderer/ui/search-field.tsx';
import { SizeBar } from '#renderer/ui/size-bar.tsx';
import { useChosenRows } from '#renderer/ui/use-chosen-rows.ts';

import { ChosenImages } from './chosen-images.tsx';
import { EmptyImages } from './empty-images.tsx';
import { compareImages, imageOrders, matchesSearch } from './image-words.ts';
import './images-screen.css';
import { ImagesTable } from './images-table.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { TagImageDialog } from './tag-image-dialog.tsx';
import { useLoadArchive } from './use-load-archive.ts';

export function ImagesScreen(): ReactNode {
  const t = useTranslate();
  const images = useStore(appStores().images, (state) => state.images);
  const listError = useStore(appStores().images, (state) => state.listError);
  const [search, setSearch] = useState('');
  const [isImporting, setIsImporting] = useState(false);
  const load = useLoadArchive();
  const found = useMemo(() => images?.filter((image) => matchesSearch(image, search)) ?? [], [images, search]);
  const count = images?.length ?? 0;
  const hasImages = count > 0;
  return (
    <Page
      title={t('images.title')}
      aside={hasImages && <Count found={found.length} count={count} />}
      actions={
        hasImages && (
          <Actions search={search} onSearch={setSearch} onFile={load} onImport={() => setIsImporting(true)} />
        )
      }
    >
      <DropArea title={t('images.drop')} text={t('images.dropText')} onDrop={({ files }) => [...files].forEach(load)}>
        {listError !== undefined && (
          <div className="page-notices">
            <Banner tone="danger" title={t('images.listFailed')}>
              {listError.message}
            </Banner>
          </div>
        )}
        {images === undefined && listError === undefined && <Loading />}
        {images?.length === 0 && <EmptyImages onFile={load} onImport={() => setIsImporting(true)} />}
        {isImporting && <ImportDialog onClose={() => setIsImporting(false)} />}
        {hasImages && <ImagesList images={found} search={search} onClearSearch={() => setSearch('')} />}
      </DropArea>
    </Page>
  );
}

/** How many there are, and how many of them are shown. */
function Count({ found, count }: { readonly found: number; readonly count: number }): ReactNode {
  const t = useTranslate();
  return <span className="faint numbers">{found === count ? count : t('images.found', { found, count })}</span>;
}

interface ActionsProps {
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly onFile: (file: File) => void;
  readonly onImport: () => void;
}

function Actions({ search, onSearch, onFile, onImport }: ActionsProps): ReactNode {
  const t = useTranslate();
  const { pullForm } = appStores();
  return (
    <>
      <SearchField label={t('images.search')} value={search} onChange={onSearch} hasShortcut />
      <LoadButton onFile={onFile} />
      <Button onPress={onImport}>{t('images.import')}</Button>
      <Button variant="primary" icon={<Download aria-hidden />} onPress={() => pullForm.getState().open()}>
        {t('images.pull')}
      </Button>
    </>
  );
}

function LoadButton({ onFile }: { readonly onFile: (file: File) => void }): ReactNode {
  const t = useTranslate();
  return (
    <FileTrigger onSelect={(files) => [...(files ?? [])].forEach(onFile)}>
      <Button icon={<FolderOpen aria-hidden />}>{t('images.load')}</Button>
    </FileTrigger>
  );
}

interface ImagesListProps {
  readonly images: readonly ImageSummary[];
  readonly search: string;
  readonly onClearSearch: () => void;
}

const imagesOrder = { orders: imageOrders, compare: compareImages, initial: 'created' } as const;

function ImagesList({ images, search, onClearSearch }: ImagesListProps): ReactNode {
  const t = useTranslate();
  const [tagging, setTagging] = useState<ImageSummary>();
  const { rows, chosen, choose, table } = useChosenRows(images, imagesOrder);
  const remove = (image: ImageSummary): void => {
    const meant = chosen.includes(image) ? chosen : [image];
    void appStores()
      .imageRemoval.getState()
      .ask({ images: meant.map(({ Id }) => Id) });
  };
  if (rows.length === 0) {
    return (
      <EmptyState
        title={t('images.nothingFound', { search })}
        actions={<Button onPress={onClearSearch}>{t('images.clearSearch')}</Button>}
      >
        {t('images.nothingFoundText')}
      </EmptyState>
    );
  }
  return (
    <>
      <ImagesTable images={rows} table={table} onRemove={remove} onTag={setTagging} />
      {chosen.length === 0 ? <Legend /> : <ChosenImages chosen={chosen} onClear={() => choose(new Set())} />}
      {tagging !== undefined && (
        <TagImageDialog key={tagging.Id} image={tagging} onClose={() => setTagging(undefined)} />
      )}
    </>
  );
}

function Legend(): ReactNode {
  const t = useTranslate();
  return (
    <footer className="images-foot">
      <span className="images-legend" aria-hidden>
        <SizeBar label="" first={1} whole={1} />
        {t('images.legendOwn')}
      </span>
      <span className="images-legend" aria-hidden>
        <SizeBar label="" first={0} second={1} whole={1} />
        {t('images.legendShared')}
      </span>
      <a className="images-map" href="#/shared">
        <Layers aria-hidden />
        {t('map.open')}
      </a>
    </footer>
  );
}
