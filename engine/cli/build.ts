import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import type { Command } from 'commander';

import type { DockerfileProblem } from '#engine/contract/dockerfile.ts';

import { type FormatOptions, print, withFormat } from './output-format.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { withEngine } from './with-engine.ts';

interface BuildOptions extends PlaceOptions, FormatOptions {
  readonly file?: string;
}

export function addBuild(program: Command): void {
  withFormat(withPlace(program.command('build')))
    .description("look a Dockerfile over, by BuildKit's rules (Estrato doesn't build yet)")
    .requiredOption('--check', 'say what is wrong or better written another way; ends with 1 if there is something')
    .option('-f, --file <file>', 'the Dockerfile; - for standard input (default: Dockerfile of the folder)')
    .argument('[folder]', 'the build context', '.')
    .action((folder: string, options: BuildOptions) => check(folder, options));
}

async function check(folder: string, options: BuildOptions): Promise<void> {
  const path = options.file ?? join(folder, 'Dockerfile');
  const text = await readFile(path === '-' ? '/dev/stdin' : path, 'utf8');
  const ignore = (await optionalText(`${path}.dockerignore`)) ?? (await optionalText(join(folder, '.dockerignore')));
  await withEngine(options, async (engine) => {
    const answer = await engine.call('dockerfiles.check', { text, ...(ignore === undefined ? {} : { ignore }) });
    print(options, answer, ({ problems }) =>
      problemLines(path === '-' ? 'Dockerfile' : basename(path), text, problems),
    );
    if (answer.problems.length > 0) process.exitCode = 1;
  });
}

async function optionalText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Each with the lines it is about, as compilers have it. */
export function problemLines(name: string, text: string, problems: readonly DockerfileProblem[]): string {
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
