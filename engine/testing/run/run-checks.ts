import { availableParallelism } from 'node:os';

import type { Check } from './checks.ts';
import { runCommand } from './run-command.ts';
import type { Outcome } from './tally.ts';

async function runCheck(check: Check): Promise<Outcome> {
  const { exitCode, output } = await runCommand(check, 'collect');
  const state = exitCode === 0 ? 'passed' : 'failed';
  console.log(`${state === 'passed' ? '✓' : '✗'} ${check.name}`);
  if (state === 'failed') console.log(output.trimEnd());
  return { name: check.name, state };
}

/** Runs the checks, as many at a time as there are cores. */
export async function runChecks(checks: readonly Check[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = [...checks];
  const worker = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      outcomes.push(await runCheck(check));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return outcomes;
}
