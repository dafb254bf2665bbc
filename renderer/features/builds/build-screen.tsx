import { Hammer, RotateCw, ScanSearch, X } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';

import { hintFor } from '#engine/contract/build-hint.ts';
import type { BuildRecord } from '#engine/contract/build.ts';
import type { DockerfileOutline } from '#engine/contract/dockerfile.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { goTo } from '#renderer/ui/hash-location.ts';
import { Hash } from '#renderer/ui/hash.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { Segments } from '#renderer/ui/segments.tsx';
import { SplitPane } from '#renderer/ui/split-pane.tsx';
import { SubjectHead } from '#renderer/ui/subject-head.tsx';

import { failureOf } from './build-failure.ts';
import { BuildFindings } from './build-findings.tsx';
import { BuildHistory } from './build-history.tsx';
import { plainPlan, type PlannedStage, planOf } from './build-plan.ts';
import { BuildState } from './build-state.tsx';
import { BuildSteps } from './build-steps.tsx';
import './builds.css';
import { DockerfileEditor } from './dockerfile-editor.tsx';
import { StageGraph } from './stage-graph.tsx';
import { StepPane } from './step-pane.tsx';
import { useAttempt } from './use-attempt.ts';
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

const views = ['list', 'graph', 'text', 'history'] as const;

function BuildPage({ record }: { readonly record: BuildRecord }): ReactNode {
  const t = useTranslate();
  const [chosen, setChosen] = useState<string>();
  const [view, setView] = useState<(typeof views)[number]>('list');
  const stages = usePlan(record);
  const steps = stages.flatMap((stage) => stage.steps);
  // Until somebody chooses, the step that matters: what failed, or what is under way.
  const matters = steps.find(({ state }) => state === 'failed') ?? steps.findLast(({ state }) => state === 'running');
  const shown = steps.find(({ key }) => key === chosen) ?? matters ?? steps.at(-1);
  return (
    <Page title={buildName(record)} head={<BuildHead record={record} />}>
      <BuildFailed record={record} />
      <BuildFindings record={record} />
      <SplitPane
        sized="start"
        initial={460}
        least={280}
        most={1400}
        storageKey="build-steps"
        start={
          <div className="builds-side">
            <div className="builds-side-bar">
              <Segments
                label={t('builds.view')}
                value={view}
                choices={views.map((value) => ({ value, label: t(`builds.view.${value}`) }))}
                onChange={setView}
              />
            </div>
            {view === 'list' && <BuildSteps stages={stages} chosen={shown?.key} onChoose={setChosen} />}
            {view === 'graph' && <StageGraph stages={stages} chosen={shown?.key} onChoose={setChosen} />}
            {view === 'history' && <BuildHistory record={record} />}
            {view === 'text' && <BuiltText record={record} line={shown?.line} />}
          </div>
        }
        end={<StepPane build={record.id} step={shown} hint={shown && hintFor(shown, steps)} />}
      />
    </Page>
  );
}

function BuildFailed({ record: { state, error } }: { readonly record: BuildRecord }): ReactNode {
  const t = useTranslate();
  if (state !== 'failed' || error === undefined) return null;
  return (
    <div className="page-notices">
      <Banner tone="danger" title={t('builds.whyFailed')}>
        <span className="builds-error">{error}</span>
      </Banner>
    </div>
  );
}

/** What was built, with what ended it at its line. */
function BuiltText({ record, line }: { readonly record: BuildRecord; readonly line: number | undefined }): ReactNode {
  const t = useTranslate();
  const failure = useMemo(() => failureOf(record), [record]);
  const place = useMemo(() => (line === undefined ? undefined : { line, column: 1, keepsFocus: true }), [line]);
  return <DockerfileEditor label={t('builds.form.text')} text={record.dockerfile} failure={failure} goTo={place} />;
}

/** The stages of the Dockerfile, with what is known of their steps. */
function usePlan(record: BuildRecord): readonly PlannedStage[] {
  const { dockerfile } = record;
  const [outline, setOutline] = useState<DockerfileOutline>();
  useEffect(() => {
    let isStale = false;
    const { outline: ask } = appStores().builds.getState();
    ask(dockerfile).then(
      (answer) => {
        if (!isStale) setOutline(answer);
      },
      () => undefined,
    );
    return () => {
      isStale = true;
    };
  }, [dockerfile]);
  return useMemo(() => (outline === undefined ? plainPlan(record) : planOf(outline, record)), [outline, record]);
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
          {durationMs !== undefined && <span>{format.seconds(durationMs)}</span>}
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
      {state !== 'running' && parameters?.secrets.length === 0 && <Rebuild build={id} />}
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

/** With the same parameters, at once; one that was given secrets has to be given them again, by the form. */
function Rebuild({ build }: { readonly build: string }): ReactNode {
  const t = useTranslate();
  const { isPending, failure, attempt } = useAttempt();
  const rebuild = (): Promise<void> =>
    attempt(async () => goTo(`/builds/${await appStores().builds.getState().rebuild(build)}`));
  return (
    <>
      {failure !== undefined && (
        <span role="alert" className="builds-error">
          {failure.message}
        </span>
      )}
      <Button icon={<RotateCw aria-hidden />} isDisabled={isPending} onPress={() => void rebuild()}>
        {t('builds.rebuild')}
      </Button>
    </>
  );
}
