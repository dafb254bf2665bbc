import { median, type Figures, type Measure, type Target } from './measure.ts';

/** A measure's line: every contestant's median, the ratio that counts, what it should be, and whether it is. */
export function lineOf(measure: Measure, figures: Figures): string {
  const medians = [...figures].map(([name, samples]) => [name, median(samples)] as const);
  const shown = medians.map(([name, middle]) => `${name} ${rounded(middle)}`).join(' · ');
  const verdict = measure.target === undefined ? '' : verdictOn(measure.target, new Map(medians));
  return `${measure.name.padEnd(19)} ${verdict.padEnd(46)} ${shown} ${measure.unit}`;
}

function verdictOn(target: Target, medians: ReadonlyMap<string, number>): string {
  const ours = medians.get('estrato');
  const theirs = 'of' in target ? medians.get(target.of) : 1;
  if (ours === undefined) return 'failed';
  if (theirs === undefined) return `${'of' in target ? target.of : ''} is not there to compare with`;
  const ratio = ours / theirs;
  const isReached = 'atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost;
  const wanted = 'atLeast' in target ? `≥ ${String(target.atLeast)}` : `≤ ${String(target.atMost)}`;
  const unit = 'of' in target ? ` × ${target.of}` : '';
  return `${isReached ? '✓' : '✗'} ${ratio.toFixed(3)}${unit} (${wanted})`;
}

function rounded(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure.toFixed(1);
}
