import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { z } from 'zod';

import { runCommand } from './run-command.ts';
import type { Outcome } from './tally.ts';
import { TALLY_FILE } from './tally-reporter.ts';

const reporter = fileURLToPath(new URL('./tally-reporter.ts', import.meta.url));

const outcomes = z.array(
  z.object({ name: z.string(), state: z.enum(['passed', 'failed', 'skipped']), reason: z.string().exactOptional() }),
);

/** Runs vitest, which shows its own progress, and gives every test's outcome. */
export async function runVitest(name: string, args: readonly string[]): Promise<readonly Outcome[]> {
  const folder = await mkdtemp(join(tmpdir(), 'estrato-tally-'));
  const tally = join(folder, 'tally.json');
  try {
    const { exitCode } = await runCommand(
      {
        program: 'vitest',
        args: ['run', '--reporter=default', `--reporter=${reporter}`, ...args],
        env: { [TALLY_FILE]: tally },
      },
      'show',
    );
    return withExit(name, await readOutcomes(tally), exitCode);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function readOutcomes(file: string): Promise<readonly Outcome[]> {
  try {
    return outcomes.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return [];
  }
}

/** A vitest that failed without a failed test has failed all the same: its set-up broke, or it found nothing to run. */
function withExit(name: string, found: readonly Outcome[], exitCode: number): readonly Outcome[] {
  if (exitCode === 0 || found.some(({ state }) => state === 'failed')) return found;
  return [...found, { name: `${name}: vitest ended with exit code ${exitCode}`, state: 'failed' }];
}
