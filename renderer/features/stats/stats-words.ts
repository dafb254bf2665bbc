import type { StatsMark, StatsSample } from '#engine/contract/stats.ts';
import type { Translate } from '#renderer/i18n/translate.ts';
import type { Span } from '#renderer/ui/chart-scale.ts';
import type { ChartMark } from '#renderer/ui/time-chart.tsx';

export const ranges = ['minutes', 'hour', 'day'] as const;
export type Range = (typeof ranges)[number];

const LENGTHS: Readonly<Record<Range, number>> = { minutes: 5 * 60_000, hour: 3_600_000, day: 12 * 3_600_000 };

/** A young container's minute fills the width. */
const SHORTEST_MS = 60_000;

/** What of the time is drawn: as far back as is wanted, and as there is anything to see. */
export function spanOf(range: Range, { first, last }: { readonly first: number; readonly last: number }): Span {
  return { from: Math.max(last - LENGTHS[range], Math.min(first, last - SHORTEST_MS)), to: last };
}

const signs: Readonly<Record<StatsMark['kind'], string>> = {
  start: '▶',
  pause: '❚❚',
  unpause: '▷',
  oom: '!',
  die: '■',
};

export function chartMarks(marks: readonly StatsMark[], t: Translate): readonly ChartMark[] {
  return marks.map(({ time, kind }) => ({
    time,
    sign: signs[kind],
    label: t(`stats.mark.${kind}`),
    tone: kind === 'oom' ? 'danger' : 'plain',
  }));
}

/** A column of the samples. */
export function column(samples: readonly StatsSample[], name: keyof StatsSample): readonly number[] {
  return samples.map((sample) => sample[name]);
}
