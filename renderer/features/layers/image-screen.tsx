import { type ReactNode, useEffect } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useStore } from 'zustand';

import type { ImageDetails } from '#engine/contract/image.ts';
import type { UsedBy } from '#engine/contract/sharing.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { shortDigest } from '#renderer/ui/hash.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { Tabs } from '#renderer/ui/tabs.tsx';

import { CompareTab } from './compare-tab.tsx';
import { ConfigTab } from './config-tab.tsx';
import { ContentsTab } from './contents-tab.tsx';
import { FilesTab } from './files-tab.tsx';
import { ImageHead } from './image-head.tsx';
import './image-screen.css';
import { RawTab } from './raw-tab.tsx';
import { TagsTab } from './tags-tab.tsx';
import { UsedByTab } from './used-by-tab.tsx';
import { useUsers } from './users-list.tsx';
import { WhyBigTab } from './why-big-tab.tsx';

const tabs = ['files', 'why', 'compare', 'contents', 'config', 'raw', 'used', 'tags'] as const;
type TabName = (typeof tabs)[number];

/** @param image a hash, the beginning of one, or a name. */
export function ImageScreen({ image }: { readonly image: string }): ReactNode {
  const t = useTranslate();
  const { images } = appStores();
  const details = useStore(images, (state) => state.details[image]);
  const error = useStore(images, (state) => state.detailErrors[image]);
  useEffect(() => images.getState().follow(image), [images, image]);
  if (details !== undefined) return <ImagePage key={image} details={details} image={image} />;
  const title = image.startsWith('sha256:') ? shortDigest(image) : image;
  return (
    <Page title={title}>
      {error === undefined ? (
        <Loading />
      ) : (
        <EmptyState
          title={error.code === 'not-found' ? t('layers.notFound') : t(`errors.${error.code}`)}
          actions={<LinkButton href="#/images">{t('frame.toImages')}</LinkButton>}
        >
          {error.code === 'not-found' ? t('layers.notFoundText') : error.message}
        </EmptyState>
      )}
    </Page>
  );
}

function ImagePage({ details, image }: { readonly details: ImageDetails; readonly image: string }): ReactNode {
  const t = useTranslate();
  const [location, navigate] = useLocation();
  const search = new URLSearchParams(useSearch());
  const tab = tabs.find((name) => name === search.get('tab')) ?? 'files';
  const { summary } = details;
  const users = useUsers({ image: summary.Id });
  const onSelect = (name: TabName): void => {
    search.set('tab', name);
    navigate(`${location}?${search}`, { replace: true });
  };
  return (
    <Page title={summary.RepoTags[0] ?? shortDigest(summary.Id)} head={<ImageHead details={details} />}>
      <Tabs
        label={t('layers.tabs')}
        selected={tab}
        onSelect={onSelect}
        tabs={tabs.map((id) => ({
          id,
          label: t(`layers.tab.${id}`),
          ...(id === 'used' && users?.status === 'shown' ? { count: countOf(users.value) } : {}),
        }))}
      >
        {tab === 'files' && <FilesTab details={details} />}
        {tab === 'why' && <WhyBigTab details={details} />}
        {tab === 'contents' && <ContentsTab image={image} id={summary.Id} />}
        {tab === 'compare' && <CompareTab details={details} />}
        {tab === 'config' && <ConfigTab details={details} />}
        {tab === 'raw' && <RawTab image={image} />}
        {tab === 'used' && <UsedByTab details={details} users={users} />}
        {tab === 'tags' && <TagsTab details={details} />}
      </Tabs>
    </Page>
  );
}

function countOf({ containers, images }: UsedBy): number {
  return containers.length + images.length;
}
