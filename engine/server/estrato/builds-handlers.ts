import { buildFindings } from '#engine/build/build-findings.ts';
import { findBuild, listBuilds, watchBuild } from '#engine/build/build-records.ts';
import { compareBuilds } from '#engine/build/compare-builds.ts';
import { pruneBuilds } from '#engine/build/prune-builds.ts';
import { runBuild } from '#engine/build/run-build.ts';
import { saveDockerfile } from '#engine/build/save-dockerfile.ts';
import { stepImage } from '#engine/build/step-image.ts';
import { closeStepShell } from '#engine/build/step-shell.ts';
import type { BuildRecord } from '#engine/contract/build.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { CallsOf, DuplexesOf, StreamsOf } from './area.ts';
import { BuildSource } from './build-source.ts';
import { exportBuild } from './export-build.ts';
import { goOn, nobodyLeaves } from './go-on.ts';
import { readSource } from './read-source.ts';
import { rebuild } from './rebuild.ts';
import { continueBuild, openShell } from './step-shell-handlers.ts';

export function buildCalls(engine: Engine): CallsOf<'builds'> {
  const { builds } = engine;
  return {
    'builds.list': async () => listBuilds(builds.database).map(withoutLogs),
    'builds.compare': async ({ before, now }) =>
      compareBuilds(findBuild(builds.database, before), findBuild(builds.database, now)),
    'builds.read': ({ folder, file }) => readSource(builds, folder, file),
    'builds.save': async ({ folder, file, dockerfile, known }) => {
      await saveDockerfile({ folder, file, dockerfile, known });
      return {};
    },
    'builds.rebuild': (wish) => rebuild(engine, wish),
    'builds.findings': ({ build }) => buildFindings(builds, findBuild(builds.database, build), nobodyLeaves()),
    'builds.stepImage': async ({ build, step }) => ({
      image: await stepImage(builds, findBuild(builds.database, build), step, nobodyLeaves()),
    }),
    'builds.prune': async ({ withMounts }) => {
      const { keys, freedBytes } = await pruneBuilds(builds, { unusedSince: Date.now() + 1, withMounts });
      return { steps: keys.length, freedBytes };
    },
    'builds.openShell': (wish) => openShell(engine, wish),
    'builds.closeShell': async ({ shell }) => {
      await closeStepShell(builds, shell);
      return {};
    },
    'builds.continue': (wish) => continueBuild(engine, wish),
    'builds.start': async (wish) => goOn(engine, await BuildSource.open(builds, wish, nobodyLeaves())),
  };
}

export function buildStreams({ builds, jobs }: Engine): StreamsOf<'builds'> {
  return {
    'builds.run': async function* (wish, signal) {
      await using source = await BuildSource.open(builds, wish, signal);
      yield* runBuild(builds, jobs, { request: source.request, left: signal }).news;
    },
    'builds.watch': ({ build }, signal) => watchBuild(builds.database, build, signal),
  };
}

export function buildDuplexes(engine: Engine): DuplexesOf<'builds'> {
  return {
    'builds.startFrom': async (wish, peer, signal) => {
      const source = await BuildSource.receive(engine.builds, { wish, tar: peer.bytes }, signal);
      return goOn(engine, source);
    },
    'builds.export': (wish, peer, signal) => exportBuild(engine, wish, { peer, signal }),
  };
}

function withoutLogs(record: BuildRecord): BuildRecord {
  return { ...record, steps: record.steps.map((step) => ({ ...step, log: '' })) };
}
