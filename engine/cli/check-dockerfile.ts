import { basename } from 'node:path';

import type { EngineClient } from '#engine/contract/client.ts';
import type { DockerfileProblem } from '#engine/contract/dockerfile.ts';

import { type FormatOptions, print } from './output-format.ts';

/** Says what is wrong, or better written another way. @returns the exit code. */
export async function checkDockerfile(
  engine: EngineClient,
  { path, text, ignore }: { readonly path: string; readonly text: string; readonly ignore: string | undefined },
  format: FormatOptions,
): Promise<number> {
  const answer = await engine.call('dockerfiles.check', { text, ...(ignore === undefined ? {} : { ignore }) });
  const name = path === '-' ? 'Dockerfile' : basename(path);
  print(format, answer, ({ problems }) => problemLines(name, text, problems));
  return answer.problems.length > 0 ? 1 : 0;
}

/** Each with the lines it is about, as compilers have it. */
function problemLines(name: string, text: string, problems: readonly DockerfileProblem[]): string {
  if (problems.length === 0) return 'Check complete, no warnings found.\n';
  const lines = text.split('\n');
  const width = `${lines.length}`.length;
  return problems
    .map(({ severity, rule, message, line, endLine }) => {
      const about = rule === undefined ? message : `${message} (${rule})`;
      const shown = lines.slice(line - 1, endLine).map((each, at) => `  ${`${line + at}`.padStart(width)} | ${each}\n`);
      return `${name}:${line}: ${severity}: ${about}\n${shown.join('')}\n`;
    })
    .join('');
}
