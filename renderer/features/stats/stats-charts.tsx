import type { ReactNode } from 'react';

import { type Format, useFormat } from '#renderer/i18n/format.ts';
import { type Translate, useTranslate } from '#renderer/i18n/translate.ts';
import type { StatsView } from '#renderer/stores/stats.ts';
import type { Span } from '#renderer/ui/chart-scale.ts';
import { TimeChart, type TimeChartProps } from '#renderer/ui/time-chart.tsx';

import { chartMarks, column } from './stats-words.ts';

interface StatsChartsProps {
  readonly view: StatsView;
  readonly span: Span;
  readonly isRunning: boolean;
}

/** One chart for each thing that can run short. */
export function StatsCharts({ view, span, isRunning }: StatsChartsProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { samples, marks, hasNetwork } = view;
  const common = {
    times: column(samples, 'time'),
    lengths: column(samples, 'seconds').map((seconds) => seconds * 1000),
    span,
    marks: chartMarks(marks, t),
    formatTime: format.clock,
  };
  const words = { view, isRunning, t, format };
  const charts = [
    processor(words),
    memory(words),
    ...(hasNetwork ? [network(words)] : []),
    disk(words),
    processes(words),
  ];
  return (
    <div className="stats-charts">
      {charts.map(({ help, ...chart }) => (
        <div key={chart.title}>
          <TimeChart {...common} {...chart} />
          {help !== undefined && <p className="stats-help">{help}</p>}
        </div>
      ))}
      {!hasNetwork && <p className="stats-help">{t('stats.noNetwork')}</p>}
    </div>
  );
}

interface Words extends Omit<StatsChartsProps, 'span'> {
  readonly t: Translate;
  readonly format: Format;
}

type Chart = Pick<TimeChartProps, 'title' | 'now' | 'series' | 'least' | 'limit' | 'held' | 'format'> & {
  readonly help?: string;
};

const MEGABYTE = 1_000_000;
const KILOBYTE = 1000;

function processor(words: Words): Chart {
  const { view, t, format } = words;
  const title = t('stats.cpu');
  return {
    title,
    help: t('stats.cpuHelp'),
    series: [{ name: title, values: column(view.samples, 'cpus') }],
    held: column(view.samples, 'throttled'),
    least: 0.1,
    format: format.percent,
    ...limited(words, { value: view.samples.at(-1)?.cpus, limit: view.limits.cpus, say: format.percent }),
  };
}

function memory(words: Words): Chart {
  const { view, t, format } = words;
  const title = t('stats.memory');
  return {
    title,
    help: t('stats.memoryHelp'),
    series: [{ name: title, values: column(view.samples, 'memoryBytes') }],
    least: MEGABYTE,
    format: format.bytes,
    ...limited(words, { value: view.samples.at(-1)?.memoryBytes, limit: view.limits.memoryBytes, say: format.bytes }),
  };
}

function processes(words: Words): Chart {
  const { view, t, format } = words;
  const title = t('stats.processes');
  return {
    title,
    series: [{ name: title, values: column(view.samples, 'processes') }],
    least: 5,
    // Half a process is nothing to read.
    format: (value) => (Number.isInteger(value) ? format.count(value) : ''),
    ...limited(words, { value: view.samples.at(-1)?.processes, limit: view.limits.processes, say: format.count }),
  };
}

function network(words: Words): Chart {
  return flow(words, { title: 'stats.network', first: 'received', second: 'sent' });
}

function disk(words: Words): Chart {
  return { ...flow(words, { title: 'stats.disk', first: 'read', second: 'written' }), help: words.t('stats.diskHelp') };
}

interface Flow {
  readonly title: 'stats.network' | 'stats.disk';
  readonly first: 'received' | 'read';
  readonly second: 'sent' | 'written';
}

function flow({ view, isRunning, t, format }: Words, { title, first, second }: Flow): Chart {
  const last = view.samples.at(-1);
  const now = [first, second].map((name) => `${t(`stats.${name}`)} ${format.rate(last?.[name] ?? 0)}`);
  return {
    title: t(title),
    now: isRunning ? now.join(', ') : t('stats.ended'),
    series: [
      { name: t(`stats.${first}`), values: column(view.samples, first) },
      { name: t(`stats.${second}`), values: column(view.samples, second) },
    ],
    least: KILOBYTE,
    format: format.rate,
  };
}

interface Amount {
  readonly value: number | undefined;
  readonly limit: number | undefined;
  readonly say: (value: number) => string;
}

/** What it is now, and the line it may not cross. */
function limited({ isRunning, t }: Words, { value = 0, limit, say }: Amount): Pick<Chart, 'now' | 'limit'> {
  if (!isRunning) return { now: t('stats.ended') };
  if (limit === undefined) return { now: say(value) };
  return {
    now: t('stats.ofLimit', { value: say(value), limit: say(limit) }),
    limit: { value: limit, label: t('stats.limit', { value: say(limit) }) },
  };
}
