import { RefreshCw } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';

import type { ContainerDetails } from '#engine/contract/container.ts';
import type { RangeSummary } from '#engine/contract/layer.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Loading, Spinner } from '#renderer/ui/progress.tsx';
import { SplitPane } from '#renderer/ui/split-pane.tsx';

import { ChangedLines } from './changed-lines.tsx';
import { ChangePreviewPane } from './change-preview-pane.tsx';
import './file-tree.css';
import { RangeSummaryLine } from './range-summary-line.tsx';

/** The layer on top of the image's: what the container has written itself. */
export function ChangesTab({ details }: { readonly details: ContainerDetails }): ReactNode {
  const { Id, State } = details.summary;
  const { containerChanges } = appStores();
  // Whoever starts, pauses or ends it has most likely changed something.
  useEffect(() => void containerChanges.getState().look(Id), [containerChanges, Id, State]);
  return (
    <SplitPane
      sized="end"
      initial={380}
      least={260}
      most={1000}
      storageKey="change-preview"
      start={<Changes id={Id} />}
      end={<ChangePreviewPane />}
    />
  );
}

function Changes({ id }: { readonly id: string }): ReactNode {
  const t = useTranslate();
  const browsed = useStore(appStores().containerChanges);
  const { id: known, summary, error, isLoading, look } = browsed;
  const shown = known === id ? summary : undefined;
  return (
    <section className="files" data-compared="true" data-layered="false" aria-label={t('changes.tree')}>
      <header className="files-head">
        <h2 className="files-title">{t('changes.title')}</h2>
        <RangeSummaryLine summary={shown} isCompared />
        <Button
          size="small"
          icon={isLoading ? <Spinner /> : <RefreshCw aria-hidden />}
          isDisabled={isLoading}
          onPress={() => void look(id)}
        >
          {t('changes.look')}
        </Button>
      </header>
      {error !== undefined && (
        <Banner tone="danger" title={t('changes.failed')}>
          {error.message}
        </Banner>
      )}
      {shown === undefined && error === undefined && <Loading />}
      {shown !== undefined && (
        <>
          <LostOnRemoval summary={shown} />
          <ChangedLines
            tree={browsed}
            title={t('changes.tree')}
            empty={{ title: t('changes.none'), text: t('changes.noneText') }}
          />
        </>
      )}
    </section>
  );
}

function LostOnRemoval({ summary }: { readonly summary: RangeSummary }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const files = summary.added + summary.changed + summary.metadata;
  if (files === 0) return null;
  return <p className="changes-lost">{t('changes.lost', { count: files, bytes: format.bytes(summary.addedBytes) })}</p>;
}
