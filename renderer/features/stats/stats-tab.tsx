import { type ReactNode, useCallback, useState } from 'react';
import { useStore } from 'zustand';

import type { ContainerDetails } from '#engine/contract/container.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { StatsView } from '#renderer/stores/stats.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { Segments } from '#renderer/ui/segments.tsx';
import { useWhileVisible } from '#renderer/ui/use-while-visible.ts';

import { StatsCharts } from './stats-charts.tsx';
import { chartMarks, type Range, ranges, spanOf } from './stats-words.ts';
import './stats.css';

/** What the container uses, since its first start. */
export function StatsTab({ details }: { readonly details: ContainerDetails }): ReactNode {
  const t = useTranslate();
  const { Id } = details.summary;
  const { stats } = appStores();
  const view = useStore(stats, (state) => state.stats[Id]);
  useWhileVisible(useCallback(() => stats.getState().open(Id), [stats, Id]));
  if (view?.status.status === 'failed') {
    return (
      <Banner tone="danger" title={t('stats.failed')}>
        {view.status.error.message}
      </Banner>
    );
  }
  if (view === undefined || view.status.status === 'loading') return <Loading />;
  if (view.samples.length === 0) return <EmptyState title={t('stats.none')}>{t('stats.noneText')}</EmptyState>;
  return <History view={view} isRunning={details.summary.State === 'running' || details.summary.State === 'paused'} />;
}

interface HistoryProps {
  readonly view: StatsView;
  readonly isRunning: boolean;
}

function History({ view, isRunning }: HistoryProps): ReactNode {
  const t = useTranslate();
  const [range, setRange] = useState<Range>('minutes');
  const { samples, marks } = view;
  const first = Math.min(...samples.slice(0, 1).map(({ time, seconds }) => time - seconds * 1000));
  const last = Math.max(samples.at(-1)?.time ?? 0, marks.at(-1)?.time ?? 0);
  return (
    <div className="page-scroll">
      <div className="stats">
        <header className="stats-head">
          <Segments
            label={t('stats.range')}
            value={range}
            choices={ranges.map((value) => ({ value, label: t(`stats.range.${value}`) }))}
            onChange={setRange}
          />
          {!isRunning && <span className="faint">{t('stats.ended')}</span>}
        </header>
        <StatsCharts view={view} span={spanOf(range, { first, last })} isRunning={isRunning} />
        <Happened view={view} />
      </div>
    </div>
  );
}

const SHOWN_MARKS = 12;

function Happened({ view }: Pick<HistoryProps, 'view'>): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const marks = chartMarks(view.marks.slice(-SHOWN_MARKS), t).toReversed();
  return (
    <section className="stats-happened">
      <h2>{t('stats.happened')}</h2>
      <ol>
        {marks.map(({ time, sign, label, tone }) => (
          <li key={`${time} ${label}`} data-tone={tone}>
            <span aria-hidden className="stats-sign">
              {sign}
            </span>
            <time className="numbers soft" dateTime={new Date(time).toISOString()} title={format.dateTime(time)}>
              {format.clock(time)}
            </time>
            <span>{label}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
