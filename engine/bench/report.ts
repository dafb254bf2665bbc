import { median, type Figures, type Measure, type Target } from './measure.ts';

/** A measure's lines: the ratio that counts, what it should be, and whether it is; every contestant's median; what was measured. */
export function lineOf(measure: Measure, figures: Figures): string {
  const medians = [...figures].map(([name, samples]) => [name, median(samples)] as const);
  const shown = medians.map(([name, middle]) => `${name} ${rounded(middle)}`).join(' · ');
  const verdict = measure.target === undefined ? '' : verdictOn(measure.target, figures);
  return `${measure.name.padEnd(19)} ${verdict.padEnd(46)} ${shown} ${measure.unit}\n${' '.repeat(20)}${measure.title}`;
}

function verdictOn(target: Target, figures: Figures): string {
  const ours = figures.get('estrato');
  const theirs = 'of' in target ? figures.get(target.of) : ours?.map(() => 1);
  if (ours === undefined) return 'failed';
  if (theirs === undefined) return `${'of' in target ? target.of : ''} is not there to compare with`;
  // Round by round: a slow minute of the machine, which would be in one's median and not in the other's, is in both.
  const ratio = median(ours.map((figure, round) => figure / (theirs[round] ?? Number.NaN)));
  const isReached = 'atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost;
  const wanted = 'atLeast' in target ? `≥ ${String(target.atLeast)}` : `≤ ${String(target.atMost)}`;
  const unit = 'of' in target ? ` × ${target.of}` : '';
  return `${isReached ? '✓' : '✗'} ${ratio.toFixed(3)}${unit} (${wanted})`;
}

function rounded(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure.toFixed(1);
}
