import { parseDigest, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { familiarName } from '#engine/contract/reference.ts';
import type { Stage } from '#engine/dockerfile/instruction.ts';
import { parseDockerfile } from '#engine/dockerfile/parse-dockerfile.ts';
import { DockerfileError, type Problem } from '#engine/dockerfile/problem.ts';
import { publishImageEvent } from '#engine/image/image-events.ts';
import { leasesOf } from '#engine/image/leases.ts';
import { letGo } from '#engine/image/release-lease.ts';
import { recordImages } from '#engine/image/record-image.ts';
import { ingest } from '#engine/image/store-layers.ts';
import { parseImageConfig } from '#engine/oci/image-config.ts';
import { OCI_CONFIG } from '#engine/oci/media-types.ts';

import { BuildAside } from './build-aside.ts';
import type { StepPlace, Tell } from './build-event.ts';
import type { BuildParts } from './build-parts.ts';
import type { BuildRequest } from './build-request.ts';
import { BuildScope } from './build-scope.ts';
import type { BuildSession } from './build-session.ts';
import { StageBuilder, stageName } from './build-stage.ts';
import { digestOf, once } from './bytes.ts';
import { keepBuildBudget } from './prune-builds.ts';
import { unsupportedIn } from './refuse-unsupported.ts';
import { neededStages, targetStage } from './stage-graph.ts';
import { settingsOf, withSettings, type StageState } from './stage-state.ts';
import { refuseForeignSteps } from './stage-platforms.ts';
import { StepVerdicts } from './step-verdicts.ts';
import { storedLayers } from './stored-layers.ts';

/** What a person may leave a build's `SOURCE_DATE_EPOCH` at. */
const EPOCH = 'SOURCE_DATE_EPOCH';

/**
 * Builds an image: stages that nothing needs are left out, the others go side by side, and what was made before of the
 * same inputs isn't made again. The image is recorded and named when all of it is there, or not at all.
 *
 * @throws EngineError `invalid-argument` for a Dockerfile that can't be built or a step that fails; the signal's reason.
 */
export async function buildImage(
  parts: BuildParts,
  request: BuildRequest,
  { tell, signal }: { readonly tell: Tell; readonly signal: AbortSignal },
): Promise<Digest> {
  const file = parseDockerfile(request.dockerfile);
  refuse(request, [...file.errors, ...unsupportedIn(file)]);
  const lease = leasesOf(parts.images).open();
  const verdicts = new StepVerdicts(parts.database, request);
  try {
    await using aside = await BuildAside.open(parts.images, signal);
    const session: BuildSession = {
      parts,
      request,
      file,
      scope: new BuildScope(request, file),
      aside,
      verdicts,
      lease,
      signal,
      tell,
      epoch: epochOf(request),
    };
    const state = await solve(session, targetStage(file, request.target));
    return await record(session, state);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error instanceof DockerfileError
      ? new EngineError('invalid-argument', error.message, { cause: error })
      : error;
  } finally {
    verdicts.store();
    keepBuildBudget(parts.database);
    await letGo(parts.images, lease);
  }
}

/** All that is wrong at once, in the words that Docker's clients show. */
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

async function solve(session: BuildSession, target: Stage): Promise<StageState> {
  const needed = neededStages(session.file.stages, target, session.request.contexts);
  await refuseForeignSteps(session, needed);
  const places = placesOf(needed);
  const failed = new AbortController();
  const stages = new Map<Stage, Promise<StageState>>();
  const own = { ...session, signal: AbortSignal.any([session.signal, failed.signal]) };
  const stageOf = (stage: Stage): Promise<StageState> => {
    const known =
      stages.get(stage) ??
      new StageBuilder(own, stage, { stageOf, placeOf: (instruction) => places.get(instruction.line) }).run();
    stages.set(stage, known);
    return known;
  };
  try {
    return await stageOf(target);
  } catch (error) {
    // The others stop, too, and are waited for: what they hold is let go of next.
    failed.abort(error);
    await Promise.allSettled(stages.values());
    throw error;
  }
}

/** Steps by their lines. */
function placesOf(stages: readonly Stage[]): ReadonlyMap<number, StepPlace> {
  const steps = stages.flatMap((stage) =>
    [stage.from, ...stage.instructions].map(({ text, line, endLine }) => ({
      stage: stageName(stage),
      text,
      line,
      endLine,
    })),
  );
  return new Map(steps.map((step, at) => [step.line, { ...step, number: at + 1, total: steps.length }]));
}

async function record({ parts, request, lease, signal }: BuildSession, built: StageState): Promise<Digest> {
  const { images } = parts;
  const labelled =
    Object.keys(request.labels).length === 0
      ? built
      : withSettings(built, { Labels: { ...settingsOf(built).Labels, ...request.labels } });
  const { document, history, layers } = labelled;
  const rootfs = { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) };
  const created = history.at(-1)?.created ?? new Date(0).toISOString();
  const bytes = Buffer.from(JSON.stringify({ created, ...document, history, rootfs }));
  const id = parseDigest(`sha256:${digestOf(bytes)}`);
  await lease.hold(id);
  const blob = { mediaType: OCI_CONFIG, digest: id, size: bytes.length };
  await ingest(images, { blob, sender: 'This machine', subject: 'the build' }, once(bytes), signal);
  const config = parseImageConfig(bytes, 'The config of the build');
  const stored = { id, config, layers: await storedLayers(images, layers) };
  signal.throwIfAborted();
  const { references } = request;
  recordImages(parts.database, [[stored, { origin: { kind: 'build', from: request.dockerfileName }, references }]]);
  publishImageEvent(images, 'create', id, { name: id });
  for (const reference of references) publishImageEvent(images, 'tag', id, { name: familiarName(reference) });
  return id;
}
