import { Hammer, ScanSearch, X } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';

import type { BuildRecord } from '#engine/contract/build.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { Hash } from '#renderer/ui/hash.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { SplitPane } from '#renderer/ui/split-pane.tsx';
import { SubjectHead } from '#renderer/ui/subject-head.tsx';

import { BuildState } from './build-state.tsx';
import { BuildSteps } from './build-steps.tsx';
import './builds.css';
import { seconds } from './builds-table.tsx';
import { StepPane } from './step-pane.tsx';
import { buildName, cacheShare, sourceWords } from './verdict-words.ts';

/** One build: its steps as they go, what each printed and made, and why it was not cached. */
export function BuildScreen({ build }: { readonly build: string }): ReactNode {
  const t = useTranslate();
  const { builds } = appStores();
  const record = useStore(builds, ({ records }) => records[build]);
  const error = useStore(builds, ({ recordErrors }) => recordErrors[build]);
  useEffect(() => {
    const left = new AbortController();
    void builds.getState().watch(build, left.signal);
    return () => left.abort();
  }, [builds, build]);
  if (record !== undefined) return <BuildPage record={record} />;
  return (
    <Page title={t('builds.title')}>
      {error === undefined ? (
        <Loading />
      ) : (
        <EmptyState title={t('builds.gone')} actions={<LinkButton href="#/builds">{t('builds.toList')}</LinkButton>}>
          {t('builds.goneText')}
        </EmptyState>
      )}
    </Page>
  );
}

function BuildPage({ record }: { readonly record: BuildRecord }): ReactNode {
  const t = useTranslate();
  const [chosen, setChosen] = useState<number>();
  const { steps, state, error } = record;
  // Until somebody chooses, the step that matters: what failed, or what is under way.
  const matters = steps.find((step) => step.state === 'failed') ?? steps.findLast((step) => step.state === 'running');
  const shown = steps.find(({ number }) => number === chosen) ?? matters ?? steps.at(-1);
  return (
    <Page title={buildName(record)} head={<BuildHead record={record} />}>
      {state === 'failed' && error !== undefined && (
        <div className="page-notices">
          <Banner tone="danger" title={t('builds.whyFailed')}>
            <span className="builds-error">{error}</span>
          </Banner>
        </div>
      )}
      <SplitPane
        sized="start"
        initial={460}
        least={280}
        most={900}
        storageKey="build-steps"
        start={<BuildSteps steps={steps} chosen={shown?.number} onChoose={setChosen} />}
        end={<StepPane step={shown} />}
      />
    </Page>
  );
}

function BuildHead({ record }: { readonly record: BuildRecord }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { names, state, image, durationMs, startedAt } = record;
  const { hits, all } = cacheShare(record);
  return (
    <SubjectHead
      list={{ href: '#/builds', label: t('builds.back') }}
      title={names.length === 0 ? buildName(record) : format.list(names)}
      marks={<BuildState state={state} />}
      facts={
        <>
          <span title={sourceWords(record)} className="cut">
            {sourceWords(record)}
          </span>
          {image !== undefined && <Hash digest={image} what={names[0] ?? image} />}
          {all > 0 && <span>{t('builds.cache', { hits, all })}</span>}
          {durationMs !== undefined && <span>{seconds(durationMs, t)}</span>}
          <span>{format.ago(Date.parse(startedAt))}</span>
        </>
      }
      actions={<HeadActions record={record} />}
    />
  );
}

function HeadActions({ record }: { readonly record: BuildRecord }): ReactNode {
  const t = useTranslate();
  const { id, state, image, names, parameters, job } = record;
  const isFolder = parameters?.folder.startsWith('/') === true;
  return (
    <>
      {state === 'running' && job !== undefined && (
        <Button icon={<X aria-hidden />} onPress={() => void appStores().jobs.getState().cancel(job)}>
          {t('builds.cancel')}
        </Button>
      )}
      {state !== 'running' && isFolder && (
        <LinkButton href={`#/builds/new?from=${id}`} icon={<Hammer aria-hidden />}>
          {t('builds.again')}
        </LinkButton>
      )}
      {image !== undefined && (
        <LinkButton
          href={`#/images/${encodeURIComponent(names[0] ?? image)}`}
          variant="primary"
          icon={<ScanSearch aria-hidden />}
        >
          {t('builds.image')}
        </LinkButton>
      )}
    </>
  );
}
