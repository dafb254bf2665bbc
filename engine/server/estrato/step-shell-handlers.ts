import type { BuildRequest } from '#engine/build/build-request.ts';
import { findBuild } from '#engine/build/build-records.ts';
import { takeShell } from '#engine/build/continue-build.ts';
import { closeStepShell, openStepShell, shellPlace } from '#engine/build/step-shell.ts';
import type { Answer, Params } from '#engine/contract/methods.ts';
import type { Engine } from '#engine/server/engine.ts';

import { BuildSource } from './build-source.ts';
import { goOn, nobodyLeaves } from './go-on.ts';

export async function openShell(
  { builds }: Engine,
  { build, secrets = {}, ...wish }: Params<'builds.openShell'>,
): Promise<Answer<'builds.openShell'>> {
  const record = findBuild(builds.database, build);
  const signal = nobodyLeaves();
  await using undo = new AsyncDisposableStack();
  let found: Promise<BuildRequest> | undefined;
  const given = (): Promise<BuildRequest> =>
    (found ??= BuildSource.again(
      builds,
      record,
      { secrets: withBlanks(record.parameters?.secrets, secrets) },
      signal,
    ).then((source) => undo.use(source).request));
  const bytes = new Map(Object.entries(secrets).map(([id, text]) => [id, Buffer.from(text, 'base64')]));
  const { step, side, script } = wish;
  return await openStepShell(builds, { record, step, side, script, sources: { secrets: bytes, given } }, signal);
}

/** Only trees are asked for: a secret that isn't given is missing where it is mounted. */
function withBlanks(ids: readonly string[] = [], secrets: Readonly<Record<string, string>>): Record<string, string> {
  return { ...Object.fromEntries(ids.map((id) => [id, ''])), ...secrets };
}

export async function continueBuild(
  engine: Engine,
  { shell, secrets }: Params<'builds.continue'>,
): Promise<Answer<'builds.continue'>> {
  const { builds } = engine;
  const record = findBuild(builds.database, shellPlace(builds, shell).build);
  await using undo = new AsyncDisposableStack();
  const source = undo.use(await BuildSource.again(builds, record, { secrets }, nobodyLeaves()));
  const patches = await takeShell(builds, record, shell);
  undo.move();
  const started = goOn(engine, source, { ...source.request, patches });
  await closeStepShell(builds, shell);
  return started;
}
