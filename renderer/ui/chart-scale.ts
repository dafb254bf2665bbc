/** One line of a chart: what it is called, and its value at each of the chart's times. */
export interface ChartSeries {
  readonly name: string;
  readonly values: readonly number[];
}

/** A stretch of time, in Unix milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
}

/** Rows of points that are drawn without lifting the pen. */
export type ChartRun = readonly ChartPoint[];

interface Drawn {
  /** End of each sample, oldest first, and how long it lasted; in milliseconds. */
  readonly times: readonly number[];
  readonly lengths: readonly number[];
  readonly values: readonly number[];
  readonly span: Span;
  /** What the full height stands for. */
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Twice as long as a sample should have taken, and nobody has measured in between. */
const SILENCE = 2;

/** The points of a line; where nobody measured, it is interrupted. */
export function chartRuns({ times, lengths, values, span, top, width, height }: Drawn): readonly ChartRun[] {
  const scale = width / Math.max(1, span.to - span.from);
  const runs: ChartPoint[][] = [];
  let run: ChartPoint[] = [];
  for (const [index, time] of times.entries()) {
    const length = lengths[index] ?? 0;
    const start = time - length;
    const before = times[index - 1];
    if (time < span.from || start > span.to) continue;
    const isApart = before === undefined || start - before > Math.max(2000, length * SILENCE);
    const y = height - (Math.min(values[index] ?? 0, top) / top) * height;
    if (isApart || run.length === 0) {
      run = [{ x: (start - span.from) * scale, y }];
      runs.push(run);
    }
    run.push({ x: (time - span.from) * scale, y });
  }
  return runs;
}

export function linePath(runs: readonly ChartRun[]): string {
  return runs.map((run) => `M${run.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`).join('');
}

export function areaPath(runs: readonly ChartRun[], height: number): string {
  return runs
    .map((run) => {
      const line = run.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L');
      return `M${(run[0]?.x ?? 0).toFixed(1)} ${height}L${line}L${(run.at(-1)?.x ?? 0).toFixed(1)} ${height}Z`;
    })
    .join('');
}

/** The next value above that people like to read: 1, 2, 2.5 or 5 of its power of ten. */
export function niceTop(value: number, least: number): number {
  const wanted = Math.max(value, least);
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * ([1, 2, 2.5, 5, 10].find((step) => step * power >= wanted * 0.999) ?? 10);
}

/** Index of the sample that holds a moment, or of the nearest one. -1 when there is none. */
export function nearestIndex(times: readonly number[], moment: number): number {
  let nearest = -1;
  for (const [index, time] of times.entries()) {
    if (nearest === -1 || Math.abs(time - moment) < Math.abs((times[nearest] ?? 0) - moment)) nearest = index;
  }
  return nearest;
}
