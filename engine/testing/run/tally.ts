/** How one test or check ended. `reason` of a skipped one says which capability is missing. */
export interface Outcome {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly reason?: string;
}

/**
 * A skipped suite can't leave a note, so its title says what it needs: `overlay snapshots (needs root)`, or as
 * `describeWith` puts it, `overlay snapshots (this machine lacks root)`.
 */
export function capabilityIn(title: string): string | undefined {
  const lacking = /\((?:needs|this machine lacks) ((?:[^()]|\([^()]*\))+)\)/.exec(title)?.[1];
  return lacking === undefined ? undefined : `needs ${lacking}`;
}

/** What a whole run comes to. */
export interface Tally {
  readonly passed: number;
  readonly failed: readonly Outcome[];
  readonly skipped: readonly Outcome[];
}

/**
 * Adds up outcomes. Where a skip must be accounted for (`isStrict`: in CI), one without a reason has failed.
 */
export function tallyOf(outcomes: readonly Outcome[], isStrict: boolean): Tally {
  const unexplained = (outcome: Outcome): boolean =>
    isStrict && outcome.state === 'skipped' && (outcome.reason ?? '') === '';
  return {
    passed: outcomes.filter(({ state }) => state === 'passed').length,
    failed: outcomes.filter((outcome) => outcome.state === 'failed' || unexplained(outcome)),
    skipped: outcomes.filter((outcome) => outcome.state === 'skipped' && !unexplained(outcome)),
  };
}

/** The last line of a run: `N passed, N failed`, with `, N skipped` when any. */
export function closingLine(tally: Tally): string {
  const skipped = tally.skipped.length === 0 ? '' : `, ${tally.skipped.length} skipped`;
  return `${tally.passed} passed, ${tally.failed.length} failed${skipped}`;
}

/** What people need to know before the closing line: what was skipped for want of what, and what failed. */
export function summaryLines(tally: Tally): readonly string[] {
  const reasons = new Map<string, number>();
  for (const { reason } of tally.skipped) {
    const key = reason ?? 'no reason given';
    reasons.set(key, (reasons.get(key) ?? 0) + 1);
  }
  return [
    ...[...reasons].map(([reason, count]) => `skipped ${count}: ${reason}`),
    ...tally.failed.map(
      ({ name, state }) => `failed: ${name}${state === 'skipped' ? ' (skipped without saying why)' : ''}`,
    ),
  ];
}
