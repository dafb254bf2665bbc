import type { Command } from './run-command.ts';

/** A tool that has an opinion on the whole tree: no output and exit code 0, or a failure. */
export interface Check extends Command {
  readonly name: string;
}

function types(project: string): Check {
  return { name: `types of ${project}`, program: 'tsc', args: ['-p', project] };
}

/** Everything STYLE.md says the machine checks, the slowest first so that the others run beside them. */
export const checks: readonly Check[] = [
  { name: 'C: format, analysis', program: 'make', args: ['-s', '-C', 'engine/launcher', 'check'] },
  { name: 'lint and boundaries', program: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'unused code and dependencies', program: 'knip', args: [] },
  types('engine'),
  types('renderer'),
  types('electron'),
  types('engine/contract'),
  types('engine/oci'),
  types('.'),
  { name: 'formatting', program: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
];
