import type { Command } from 'commander';

import { secretOf } from './build-secrets.ts';
import { followBuild } from './follow-build.ts';
import { withPlace, type PlaceOptions } from './place-options.ts';
import { repeated } from './repeated.ts';
import { withEngine } from './with-engine.ts';

interface RebuildOptions extends PlaceOptions {
  readonly secret: readonly string[];
}

interface ImageOptions extends PlaceOptions {
  readonly step: string;
}

export function addBuildsAgain(builds: Command): void {
  withPlace(builds.command('rebuild'))
    .description('build once more with the same parameters')
    .argument('<build>', 'the id of a build, or the beginning of it')
    .option('--secret <id=name,src=file>', 'a secret that it was given: none is kept', repeated, [])
    .action((build: string, options: RebuildOptions) =>
      withEngine(options, async (engine, signal) => {
        const secrets = Object.fromEntries(await Promise.all(options.secret.map(secretOf)));
        const next = await engine.call('builds.rebuild', { build, secrets });
        await followBuild(engine, next.build, signal);
      }),
    );
  withPlace(builds.command('image'))
    .description('the id of an image of what a stage was after a step, to be looked into with estrato image')
    .argument('<build>', 'the id of a build, or the beginning of it')
    .requiredOption('--step <number>', 'which step')
    .action((build: string, options: ImageOptions) =>
      withEngine(options, async (engine) => {
        const { image } = await engine.call('builds.stepImage', { build, step: Number(options.step) });
        process.stdout.write(`${image}\n`);
      }),
    );
}
