import type { Command } from 'commander';

import type { BuildComparison, BuildRecord, StepOutcome } from '#engine/contract/build.ts';

import { addBuildsAgain } from './builds-again.ts';
import { addBuildsPrune } from './builds-prune.ts';
import { addBuildsShell } from './builds-shell.ts';
import { formatAge } from './format.ts';
import { print, withFormat, type FormatOptions } from './output-format.ts';
import { withPlace, type PlaceOptions } from './place-options.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

type BuildsOptions = PlaceOptions & FormatOptions;

export function addBuilds(program: Command): void {
  const builds = program.command('builds').description('what was built, and how one build differs from another');
  withFormat(withPlace(builds.command('ls', { isDefault: true })))
    .description('the builds, newest first')
    .action((options: BuildsOptions) =>
      withEngine(options, async (engine) => {
        print(options, await engine.call('builds.list', {}), (all) => buildsTable(all, Date.now()));
      }),
    );
  withFormat(withPlace(builds.command('compare')))
    .description('two builds step by step: what each took, what was known, and whose layer is another')
    .argument('<before>', 'the id of a build, or the beginning of it')
    .argument('<now>', 'the other')
    .action((before: string, now: string, options: BuildsOptions) =>
      withEngine(options, async (engine) => {
        print(options, await engine.call('builds.compare', { before, now }), comparisonTable);
      }),
    );
  addBuildsShell(builds);
  addBuildsAgain(builds);
  addBuildsPrune(builds);
}

/** @param now unix milliseconds. */
export function buildsTable(builds: readonly BuildRecord[], now: number): string {
  const rows = builds.map(({ id, names, state, startedAt, durationMs, steps, project }) => [
    id.slice(0, 12),
    names[0] ?? '-',
    state,
    formatAge(Date.parse(startedAt) / 1000, now / 1000),
    seconds(durationMs),
    `${steps.filter(({ verdict }) => verdict?.kind === 'hit').length}/${steps.length}`,
    project,
  ]);
  return formatTable(['ID', 'NAME', 'STATE', 'STARTED', 'TOOK', 'CACHED', 'OF'], rows);
}

export function comparisonTable({ before, now, steps }: BuildComparison): string {
  const rows = steps.map((step) => [told(step.before), told(step.now), layerWord(step), step.stage, step.text]);
  const total = [seconds(before.durationMs), seconds(now.durationMs), before.image === now.image ? '' : 'other image'];
  return formatTable(['BEFORE', 'NOW', 'LAYER', 'STAGE', 'STEP'], [...rows, [...total, '', 'the whole build']]);
}

function told(outcome: StepOutcome | undefined): string {
  if (outcome === undefined) return '-';
  if (outcome.state !== 'done') return outcome.state;
  return outcome.verdict?.kind === 'hit' ? 'cached' : seconds(outcome.durationMs);
}

function layerWord({ before, now }: BuildComparison['steps'][number]): string {
  if (before === undefined || now === undefined) return '';
  if (before.diffId === now.diffId) return before.diffId === undefined ? '' : 'same';
  return 'other';
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '-' : `${(ms / 1000).toFixed(1)}s`;
}
