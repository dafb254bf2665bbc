import { createInterface } from 'node:readline/promises';

/** Asks before something goes, unless it was said with `--force`. */
export async function confirm(warning: string, force: boolean | undefined): Promise<boolean> {
  if (force === true) return true;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    const answer = await Promise.race([
      lines.question(`WARNING! ${warning}\nAre you sure you want to continue? [y/N] `),
      closed,
    ]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
