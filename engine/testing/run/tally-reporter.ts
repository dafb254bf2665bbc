import { writeFileSync } from 'node:fs';

import type { Reporter, TestCase, TestModule } from 'vitest/node';

import { capabilityIn, type Outcome } from './tally.ts';

/** Where the reporter leaves the outcomes, as JSON. */
export const TALLY_FILE = 'ESTRATO_TALLY_FILE';

function outcomeOf(test: TestCase): Outcome {
  const name = `${test.module.relativeModuleId} > ${test.fullName}`;
  const result = test.result();
  if (result.state === 'passed') return { name, state: 'passed' };
  if (result.state === 'failed') return { name, state: 'failed' };
  const reason = result.state === 'skipped' ? (result.note ?? capabilityIn(test.fullName)) : undefined;
  return { name, state: 'skipped', ...(reason === undefined ? {} : { reason }) };
}

/** Tells vitest's outcomes to the program that started it; every file that can't be loaded counts as one failure. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { readonly message: string }[]): void {
    const file = process.env[TALLY_FILE];
    if (file === undefined) return;
    const outcomes: Outcome[] = unhandled.map(({ message }) => ({
      name: `outside any test: ${message}`,
      state: 'failed',
    }));
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      outcomes.push(...tests.map(outcomeOf));
      if (module.errors().length > 0 || (tests.length === 0 && module.state() === 'failed')) {
        outcomes.push({ name: module.relativeModuleId, state: 'failed' });
      }
    }
    writeFileSync(file, JSON.stringify(outcomes));
  }
}
