import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { Command } from 'commander';

import { EngineError } from '#engine/contract/errors.ts';
import type { ImageEfficiency } from '#engine/contract/waste.ts';

import { checkRules, defaultRules, ruleNames, type CiRules, type RuleResult } from './ci-rules.ts';
import { formatBytes } from './format.ts';
import { hiddenTable } from './hidden-table.ts';
import { print, type FormatOptions } from './output-format.ts';
import type { PlaceOptions } from './place-options.ts';
import { readCiRules } from './read-ci-rules.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

interface CheckOptions extends PlaceOptions, FormatOptions, Partial<CiRules> {
  readonly ciConfig?: string;
}

/** dive's own, read where it lies if nobody names another. */
const USUAL_FILE = '.dive-ci';
const SHOWN_PATHS = 20;

export function checkCommand(): Command {
  return new Command('check')
    .description('hold an image to rules of efficiency; ends with 1 if one is broken, as dive does')
    .argument('<image>')
    .option('--ci-config <file>', `rules as dive has them (default: ${USUAL_FILE}, where there is one)`)
    .option('--lowestEfficiency <share>', 'at least this share of the bytes is to be seen, 0 to 1')
    .option('--highestWastedBytes <size>', 'at most so many bytes are hidden by layers above, such as 20MB')
    .option('--highestUserWastedPercent <share>', 'the same as a share of all layers but the lowest, 0 to 1')
    .action((image: string, options: CheckOptions) => check(image, options));
}

async function check(image: string, options: CheckOptions): Promise<void> {
  const rules = await rulesFor(options);
  await withEngine(options, async (engine) => {
    const efficiency = await engine.call('inspect.efficiency', { image });
    const results = checkRules(rules, efficiency);
    const isPassed = results.every(({ state }) => state !== 'failed');
    print(options, { isPassed, results, efficiency }, checkReport);
    if (!isPassed) process.exitCode = 1;
  });
}

/** What is said on the command line goes before what a file says. */
async function rulesFor({ ciConfig, ...options }: CheckOptions): Promise<CiRules> {
  const fromFile = await rulesOf(ciConfig);
  const named = ruleNames.map((name) => [name, options[name] ?? fromFile[name] ?? defaultRules[name]] as const);
  return { ...defaultRules, ...Object.fromEntries(named) };
}

async function rulesOf(file: string | undefined): Promise<Partial<CiRules>> {
  const path = resolve(file ?? USUAL_FILE);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (file === undefined && isMissing) return undefined;
    throw new EngineError('not-found', `The rules in ${path} can't be read; name a file that can.`, { cause });
  });
  return text === undefined ? {} : readCiRules(text, path);
}

interface Report {
  readonly isPassed: boolean;
  readonly results: readonly RuleResult[];
  readonly efficiency: ImageEfficiency;
}

export function checkReport({ isPassed, results, efficiency }: Report): string {
  const { shippedBytes, visibleBytes, wastedBytes, hidden, hiddenPaths } = efficiency;
  const bytes = [shippedBytes, visibleBytes, wastedBytes].map(formatBytes);
  const sums = `${bytes[0]} shipped, ${bytes[1]} seen, ${bytes[2]} wasted\n`;
  const rules = formatTable(
    ['RULE', 'STATE', 'WANTED', 'IS'],
    results.map(({ rule, state, wanted, measured }) => [rule, state, wanted, measured]),
  );
  const shown = hidden.slice(0, SHOWN_PATHS);
  const left = hiddenPaths - shown.length;
  const more = left > 0 ? `${left} more paths\n` : '';
  const waste = shown.length === 0 ? '' : `\n${hiddenTable(shown)}${more}`;
  return `${sums}\n${rules}${waste}\n${isPassed ? 'PASSED' : 'FAILED'}\n`;
}
