import type { ReactNode } from 'react';

import './time-chart.css';

interface SparklineProps {
  /** Oldest first. */
  readonly values: readonly number[];
  /** How many fill the width: fewer stand at its right. */
  readonly count: number;
  /** What the full height is at least. */
  readonly least: number;
}

const WIDTH = 56;
const HEIGHT = 18;

/** The course of a number in a word's space; the number itself stands beside it, in words. */
export function Sparkline({ values, count, least }: SparklineProps): ReactNode {
  const top = Math.max(least, ...values);
  const step = WIDTH / (count - 1);
  const points = values.slice(-count).map((value, index, shown) => {
    const x = WIDTH - (shown.length - 1 - index) * step;
    return `${x.toFixed(1)} ${(HEIGHT - 1 - (value / top) * (HEIGHT - 2)).toFixed(1)}`;
  });
  return (
    <svg aria-hidden width={WIDTH} height={HEIGHT} className="sparkline">
      {points.length > 1 && <path d={`M${points.join('L')}`} className="chart-line" data-series="0" />}
    </svg>
  );
}
