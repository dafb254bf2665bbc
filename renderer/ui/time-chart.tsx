import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react';

import { areaPath, type ChartSeries, chartRuns, linePath, nearestIndex, niceTop, type Span } from './chart-scale.ts';
import './time-chart.css';
import { useWidth } from './use-width.ts';

export interface ChartMark {
  readonly time: number;
  /** One letter or sign, drawn on its line. */
  readonly sign: string;
  /** What happened, in words. */
  readonly label: string;
  readonly tone: 'plain' | 'danger';
}

export interface TimeChartProps {
  readonly title: string;
  /** What it is at the moment, in words. */
  readonly now: string;
  /** One or two lines: the first solid and filled, the second broken. */
  readonly series: readonly ChartSeries[];
  /** Of each value, end and length in milliseconds. */
  readonly times: readonly number[];
  readonly lengths: readonly number[];
  readonly span: Span;
  /** What the full height is at least. */
  readonly least: number;
  readonly limit?: { readonly value: number; readonly label: string } | undefined;
  readonly marks: readonly ChartMark[];
  /** Share of each sample, 0 to 1, in which something held it back: hatched beneath the lines. */
  readonly held?: readonly number[] | undefined;
  readonly format: (value: number) => string;
  readonly formatTime: (time: number) => string;
}

const HEIGHT = 120;

/** What happened over time, with its limit and what befell it. Arrow keys go through the samples and say them. */
export function TimeChart(props: TimeChartProps): ReactNode {
  const { title, now, series, times, span, formatTime, format } = props;
  const [frame, width] = useWidth();
  const [chosen, setChosen] = useState<number>();
  const index = chosen === undefined ? -1 : nearestIndex(times, chosen);
  const time = times[index];
  const values = series.map(
    ({ name, values: all }) => `${series.length > 1 ? `${name} ` : ''}${format(all[index] ?? 0)}`,
  );
  const said = time === undefined ? now : `${values.join(', ')} · ${formatTime(time)}`;
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (event.key === 'Escape') setChosen(undefined);
    if (step === undefined || times.length === 0) return;
    event.preventDefault();
    const from = index === -1 ? times.length : index;
    setChosen(times[Math.max(0, Math.min(times.length - 1, from + step))]);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    const { left } = event.currentTarget.getBoundingClientRect();
    setChosen(span.from + ((event.clientX - left) / Math.max(1, width)) * (span.to - span.from));
  };
  return (
    <figure className="chart">
      <figcaption className="chart-head">
        <span className="chart-title">{title}</span>
        {series.length > 1 && <Legend series={series} />}
        <span className="chart-said numbers">{said}</span>
      </figcaption>
      <div
        ref={frame}
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an input can't hold the drawing that it goes through
        role="slider"
        tabIndex={0}
        aria-label={title}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, times.length - 1)}
        aria-valuenow={Math.max(0, index)}
        aria-valuetext={said}
        className="chart-frame"
        style={{ height: HEIGHT }}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setChosen(undefined)}
        onBlur={() => setChosen(undefined)}
      >
        {width > 0 && <Drawing {...props} width={width} chosen={time} />}
      </div>
      <div className="chart-times numbers" aria-hidden>
        <span>{formatTime(span.from)}</span>
        <span>{formatTime((span.from + span.to) / 2)}</span>
        <span>{formatTime(span.to)}</span>
      </div>
    </figure>
  );
}

function Legend({ series }: Pick<TimeChartProps, 'series'>): ReactNode {
  return (
    <span className="chart-legend">
      {series.map(({ name }, index) => (
        <span key={name}>
          <svg aria-hidden width="18" height="8">
            <path d="M0 4H18" className="chart-line" data-series={index} />
          </svg>
          {name}
        </span>
      ))}
    </span>
  );
}

interface DrawingProps extends TimeChartProps {
  readonly width: number;
  readonly chosen: number | undefined;
}

function Drawing(props: DrawingProps): ReactNode {
  const { series, times, lengths, span, least, limit, width, chosen, format } = props;
  const shown = times.map((time) => time >= span.from);
  const highest = Math.max(0, ...series.flatMap(({ values }) => values.filter((_, index) => shown[index] === true)));
  const top = niceTop(Math.max(highest, limit === undefined || limit.value > highest * 8 ? 0 : limit.value), least);
  const at = (time: number): number => ((time - span.from) / (span.to - span.from)) * width;
  const lines = series.map(({ name, values }) => ({
    name,
    runs: chartRuns({ times, lengths, values, span, top, width, height: HEIGHT }),
  }));
  return (
    <svg aria-hidden width={width} height={HEIGHT} className="chart-drawing">
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <path d={`M0 ${edge(share)}H${width}`} className="chart-grid" />
          {share > 0 && (
            <text x="4" y={edge(share) + 11} className="chart-value">
              {format(top * share)}
            </text>
          )}
        </g>
      ))}
      <Held {...props} at={at} />
      {lines.map(({ name, runs }, index) => (
        <g key={name}>
          {index === 0 && <path d={areaPath(runs, HEIGHT)} className="chart-area" />}
          <path d={linePath(runs)} className="chart-line" data-series={index} />
        </g>
      ))}
      {limit !== undefined && limit.value <= top && (
        <Limit {...limit} width={width} y={HEIGHT * (1 - limit.value / top)} />
      )}
      <Marks {...props} at={at} />
      {chosen !== undefined && <path d={`M${at(chosen).toFixed(1)} 0V${HEIGHT}`} className="chart-cursor" />}
    </svg>
  );
}

/** Half a pixel in, where a line of one pixel is sharp. */
function edge(share: number): number {
  return Math.min(HEIGHT - 0.5, Math.max(0.5, Math.round(HEIGHT * (1 - share)) + 0.5));
}

function Limit({ label, width, y }: { readonly label: string; readonly width: number; readonly y: number }): ReactNode {
  const place = Math.max(1, y);
  return (
    <g>
      <path d={`M0 ${place}H${width}`} className="chart-limit" />
      <text
        x={width - 4}
        y={place > 16 ? place - 5 : place + 12}
        textAnchor="end"
        className="chart-value chart-limit-label"
      >
        {label}
      </text>
    </g>
  );
}

interface PlacedProps extends TimeChartProps {
  readonly at: (time: number) => number;
}

function Held({ held, times, lengths, span, at }: PlacedProps): ReactNode {
  return times.map((time, index) => {
    const share = held?.[index] ?? 0;
    const length = lengths[index] ?? 0;
    if (share < 0.01 || time < span.from) return null;
    const width = Math.max(1, at(time) - at(time - length));
    return (
      <rect
        key={time}
        x={at(time - length)}
        y={HEIGHT - 10}
        width={width}
        height="10"
        className="chart-held"
        opacity={0.35 + share * 0.65}
      />
    );
  });
}

function Marks({ marks, span, at }: PlacedProps): ReactNode {
  return marks
    .filter(({ time }) => time >= span.from && time <= span.to)
    .map(({ time, sign, label, tone }) => (
      <g key={`${time} ${label}`} className="chart-mark" data-tone={tone}>
        <path d={`M${at(time).toFixed(1)} 0V${HEIGHT}`} />
        <text x={at(time) + 4} y={HEIGHT - 6}>
          {sign}
        </text>
      </g>
    ));
}
