import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { parseDockerfile } from '#engine/dockerfile/parse-dockerfile.ts';
import { DockerfileError, type Problem } from '#engine/dockerfile/problem.ts';
import { leasesOf } from '#engine/image/leases.ts';
import { letGo } from '#engine/image/release-lease.ts';

import { BuildAside } from './build-aside.ts';
import type { Tell } from './build-event.ts';
import type { BuildParts } from './build-parts.ts';
import type { BuildRequest } from './build-request.ts';
import type { BuildSession } from './build-session.ts';
import { deliverOutputs, refuseOutputs } from './deliver-outputs.ts';
import { exportCache } from './export-cache.ts';
import { ImportedCache } from './imported-cache.ts';
import { platformSessions } from './platform-sessions.ts';
import { keepBuildBudget } from './prune-builds.ts';
import { recordBuild, refuseNameless, storeImages } from './record-build.ts';
import { unsupportedIn } from './refuse-unsupported.ts';
import { solveAll } from './solve-stages.ts';
import { diffIdsOf } from './stage-state.ts';
import type { KeepEnvironment } from './step-environment.ts';
import { UsedSteps } from './used-steps.ts';

/** What a person may leave a build's `SOURCE_DATE_EPOCH` at. */
const EPOCH = 'SOURCE_DATE_EPOCH';

interface BuildRun {
  /** Of its record. */
  readonly id: string;
  readonly tell: Tell;
  readonly keep: KeepEnvironment;
  /** Told when the image is there, whatever becomes of the rest. */
  readonly made: (image: Digest) => void;
  readonly signal: AbortSignal;
}

/**
 * Builds an image: stages that nothing needs are left out, the others go side by side, and what was made before of the
 * same inputs isn't made again. The image is recorded and named when all of it is there, or not at all.
 *
 * @returns it; undefined where only something else was asked for.
 *
 * @throws EngineError `invalid-argument` for a Dockerfile that can't be built or a step that fails; the signal's reason.
 */
export async function buildImage(
  parts: BuildParts,
  request: BuildRequest,
  { id, tell, keep, made, signal }: BuildRun,
): Promise<Digest | undefined> {
  const file = parseDockerfile(request.dockerfile);
  refuse(request, [...file.errors, ...unsupportedIn(file)]);
  refuseNameless(request);
  refuseOutputs(request);
  tellSyntax(file.directives.syntax, tell);
  const run = { id, startedAt: new Date() };
  const lease = leasesOf(parts.images).open();
  let sessions: readonly BuildSession[] = [];
  try {
    await using aside = await BuildAside.open(parts.images, signal);
    const used = new UsedSteps();
    const imported = await ImportedCache.open(parts.images, request, { tell, signal });
    const common = { parts, file, aside, lease, signal, tell, keep, imported, used, epoch: epochOf(request) };
    sessions = platformSessions(common, request);
    const solved = await solveAll(sessions);
    const built = await storeImages(solved);
    const image = request.keepsImage === false ? undefined : await recordBuild(request, built, run);
    const shipped = solved.flatMap(({ state }) => diffIdsOf(state));
    if (image !== undefined) made(image);
    await deliverOutputs(request, built, { tell, signal });
    await exportCache({ parts, request, used, tell, signal }, new Set(shipped));
    return image;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error instanceof DockerfileError
      ? new EngineError('invalid-argument', error.message, { cause: error })
      : error;
  } finally {
    for (const { verdicts } of sessions) verdicts.store();
    keepBuildBudget(parts.database);
    await letGo(parts.images, lease);
  }
}

/** All that is wrong at once, in the words that Docker's clients show. */
/** A frontend of somebody else's (`# syntax=`) is named, and not fetched. */
function tellSyntax(syntax: string | undefined, tell: Tell): void {
  if (syntax === undefined) return;
  tell({ kind: 'notice', message: `The Dockerfile names ${syntax} to read it: this engine reads it itself.` });
}

function refuse({ dockerfileName }: BuildRequest, errors: readonly Problem[]): void {
  const [first] = errors;
  if (first === undefined) return;
  const others = errors.slice(1).map(({ line, message }) => `; line ${line}: ${message}`);
  throw new EngineError(
    'invalid-argument',
    `dockerfile parse error on line ${first.line} of ${dockerfileName}: ${first.message}${others.join('')}`,
  );
}

function epochOf({ args }: BuildRequest): number | undefined {
  const text = args.get(EPOCH);
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new EngineError('invalid-argument', `${EPOCH} must be unix seconds, not ${JSON.stringify(text)}.`);
}
