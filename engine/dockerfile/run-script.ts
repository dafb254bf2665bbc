import { headOf } from './heredoc.ts';
import type { Run } from './instruction.ts';
import type { Heredoc } from './logical-lines.ts';

/** Whether a RUN is a heredoc and nothing else, so that its content is the script (Dockerfile reference, "Here-Documents"). */
export function isHeredocAlone({ command, heredocs }: Pick<Run, 'command' | 'heredocs'>, escape: '\\' | '`'): boolean {
  return command.form === 'shell' && heredocs.length === 1 && headOf(command.line, escape) !== undefined;
}

/** A shell's line with its heredocs behind it, for the shell to read itself. */
export function scriptOf(line: string, heredocs: readonly Heredoc[]): string {
  return [line, ...heredocs.map(({ name, content }) => `${content}${name}`)].join('\n');
}
