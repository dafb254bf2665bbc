import { type ReactNode, useEffect } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useStore } from 'zustand';

import type { BuildComparison, BuildRecord, StepOutcome } from '#engine/contract/build.ts';
import { type Format, useFormat } from '#renderer/i18n/format.ts';
import { type Translate, useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Answered } from '#renderer/ui/answered.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { Cell, Row, Table, TableBody, TableHead } from '#renderer/ui/table.tsx';

import './build-history.css';
import { sameBuilds } from './build-history.tsx';
import './builds.css';
import { buildName } from './verdict-words.ts';

/** `#/builds/compare?before=ID&now=ID`: what two builds did, step by step. */
export function BuildCompareScreen(): ReactNode {
  const t = useTranslate();
  const search = new URLSearchParams(useSearch());
  const [before, now] = [search.get('before') ?? '', search.get('now') ?? ''];
  const { builds: all, buildInsight: store } = appStores();
  const builds = useStore(all, (state) => state.builds);
  const comparison = useStore(store, (state) => state.comparison);
  useEffect(
    () => (before === '' || now === '' ? undefined : store.getState().compare(before, now)),
    [store, before, now],
  );
  if (before === '' || now === '') return <Nothing />;
  const shown = builds?.find(({ id }) => id === now);
  return (
    <Page title={t('builds.compare.title', { name: shown === undefined ? '' : buildName(shown) })}>
      <div className="build-compare">
        {builds !== undefined && shown !== undefined && (
          <Heads builds={sameBuilds(builds, shown)} before={before} now={now} />
        )}
        <Answered asked={comparison} failed={t('builds.compare.failed')}>
          {(compared) => <Compared comparison={compared} />}
        </Answered>
      </div>
    </Page>
  );
}

function Nothing(): ReactNode {
  const t = useTranslate();
  return (
    <Page title={t('builds.title')}>
      <EmptyState
        title={t('builds.compare.nothing')}
        actions={<LinkButton href="#/builds">{t('builds.toList')}</LinkButton>}
      />
    </Page>
  );
}

interface HeadsProps {
  readonly builds: readonly BuildRecord[];
  readonly before: string;
  readonly now: string;
}

/** Which two: any of those of the same folder. */
function Heads({ builds, before, now }: HeadsProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const [, navigate] = useLocation();
  const choices = builds.map(({ id, startedAt, durationMs = 0, state }) => ({
    value: id,
    label: `${format.dateTime(Date.parse(startedAt))} · ${format.seconds(durationMs)} · ${t(`builds.state.${state}`)}`,
  }));
  const go = (one: string, other: string): void =>
    navigate(`/builds/compare?before=${one}&now=${other}`, { replace: true });
  return (
    <div className="build-compare-heads">
      <Select label={t('builds.compare.before')} value={before} choices={choices} onChange={(id) => go(id, now)} />
      <Select label={t('builds.compare.now')} value={now} choices={choices} onChange={(id) => go(before, id)} />
      <LinkButton href={`#/builds/${now}`}>{t('builds.compare.open')}</LinkButton>
    </div>
  );
}

function Compared({ comparison: { before, now, steps } }: { readonly comparison: BuildComparison }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const rows = steps.map((step, at) => ({ ...step, id: at }));
  return (
    <>
      <p className="build-compare-heads build-compare-sum">
        {t(before.image === now.image ? 'builds.compare.sameImage' : 'builds.compare.otherImage')}{' '}
        <Change before={before.durationMs} now={now.durationMs} />
      </p>
      <Table aria-label={t('builds.compare.steps')}>
        <TableHead
          columns={[
            { id: 'step', title: t('builds.compare.step') },
            { id: 'stage', title: t('builds.compare.stage'), width: 120 },
            { id: 'before', title: t('builds.compare.before'), align: 'end', width: 100 },
            { id: 'now', title: t('builds.compare.now'), align: 'end', width: 100 },
            { id: 'change', title: t('builds.compare.change'), align: 'end', width: 110 },
            { id: 'layer', title: t('builds.compare.layer'), width: 100 },
          ]}
        />
        <TableBody items={rows} dependencies={[t]}>
          {(step) => (
            <Row id={step.id} textValue={step.text}>
              <Cell>
                <code className="cut" title={step.text}>
                  {step.text}
                </code>
              </Cell>
              <Cell>{step.stage}</Cell>
              <Cell align="end">{outcomeWords(step.before, t, format)}</Cell>
              <Cell align="end">{outcomeWords(step.now, t, format)}</Cell>
              <Cell align="end">
                <Change before={timeOf(step.before)} now={timeOf(step.now)} />
              </Cell>
              <Cell>{layerWords(step, t)}</Cell>
            </Row>
          )}
        </TableBody>
      </Table>
    </>
  );
}

interface ChangeProps {
  /** Milliseconds. */
  readonly before: number | undefined;
  readonly now: number | undefined;
}

/** Beneath it, it is chance. */
const WORTH_MS = 50;

function Change({ before, now }: ChangeProps): ReactNode {
  const format = useFormat();
  if (before === undefined || now === undefined || Math.abs(now - before) < WORTH_MS) return null;
  const sign = now > before ? '+' : '−';
  return (
    <span className="numbers" data-change={now > before ? 'slower' : 'faster'}>
      {sign}
      {format.seconds(Math.abs(now - before))}
    </span>
  );
}

/** A step that came from the cache took no time worth telling. */
function timeOf(outcome: StepOutcome | undefined): number | undefined {
  if (outcome?.state !== 'done') return undefined;
  return outcome.verdict?.kind === 'hit' ? 0 : outcome.durationMs;
}

function outcomeWords(outcome: StepOutcome | undefined, t: Translate, format: Format): string {
  if (outcome === undefined) return t('builds.compare.absent');
  if (outcome.state !== 'done') return t(`builds.step.${outcome.state}`);
  return outcome.verdict?.kind === 'hit' ? t('builds.step.cached') : format.seconds(outcome.durationMs ?? 0);
}

function layerWords({ before, now }: BuildComparison['steps'][number], t: Translate): string {
  if (before === undefined || now === undefined) return '';
  if (before.diffId !== now.diffId) return t('builds.compare.otherLayer');
  return before.diffId === undefined ? '' : t('builds.compare.sameLayer');
}
