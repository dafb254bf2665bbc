import { Command } from 'commander';

import type { Finding } from '#engine/contract/system-check.ts';

import { print, withFormat, type FormatOptions } from './output-format.ts';
import { withPlace, type PlaceOptions } from './place-options.ts';
import { withEngine } from './with-engine.ts';

export function systemCheckCommand(): Command {
  return withFormat(withPlace(new Command('check')))
    .description(
      'what this machine lets an engine do, why that matters, and what changes it; ends with 1 if containers lack what they need',
    )
    .action((options: PlaceOptions & FormatOptions) =>
      withEngine(options, async (engine) => {
        const findings = await engine.call('system.check', {});
        print(options, findings, findingsText);
        if (findings.some(({ id, state }) => state === 'missing' && essential.has(id))) process.exitCode = 1;
      }),
    );
}

/** Without these nobody runs containers as they are meant. */
const essential: ReadonlySet<Finding['id']> = new Set(['kernel', 'control-groups', 'disk', 'containers', 'networks']);

const marks = { available: 'ok     ', limited: 'limited', missing: 'missing' } as const;
const INDENT = ' '.repeat('missing  '.length);

/** What is as it should be in a line; anything else with its reason and what to type. */
export function findingsText(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ id, state, detail, why, fix }) => [
    `${marks[state]}  ${id.replaceAll('-', ' ')}: ${detail}`,
    ...(state === 'available' ? [] : [`${INDENT}${why}`]),
    ...(fix === undefined ? [] : [`${INDENT}$ ${fix}`]),
  ]);
  const wanting = findings.filter(({ state }) => state !== 'available').length;
  const sum =
    wanting === 0
      ? 'All is as it should be.'
      : `${findings.length - wanting} of ${findings.length} are as they should be.`;
  return `${lines.join('\n')}\n\n${sum}\n`;
}
