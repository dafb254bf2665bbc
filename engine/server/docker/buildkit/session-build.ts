import { BuildAside } from '#engine/build/build-aside.ts';
import type { BuildRequest } from '#engine/build/build-request.ts';
import { runBuild } from '#engine/build/run-build.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { DockerContext } from '#engine/server/docker/context.ts';

import { BuildProgress } from './build-progress.ts';
import type { ClientSession } from './client-session.ts';
import { answerQuestion, type Answer } from './frontend-question.ts';
import { clientAgents, clientSecrets } from './lent-mounts.ts';
import type { BuildStatus } from './messages.ts';
import { clientDockerfile } from './session-context.ts';
import { sessionSource, type SessionSource } from './session-source.ts';
import { sourceExcerpt } from './source-excerpt.ts';

/** What a client says of a build itself; the rest it lends by its session. */
export type SessionWish = Omit<
  BuildRequest,
  'dockerfile' | 'context' | 'contexts' | 'secrets' | 'agents' | 'credentials'
>;

/** A build, whose it is, and where its files are. */
export interface SessionTask {
  readonly session: ClientSession;
  readonly wish: SessionWish;
  readonly source: SessionSource;
}

interface SessionRun {
  readonly tell: (status: BuildStatus) => void;
  readonly signal: AbortSignal;
}

/**
 * Builds from what a client lends: its files, secrets and logins.
 *
 * @returns the image; undefined where other results were asked for.
 * @throws EngineError as the build does, with the Dockerfile's lines in its sentence; `cancelled` when the client goes.
 */
export async function sessionBuild(
  { engine }: DockerContext,
  { session, wish, source }: SessionTask,
  { tell, signal }: SessionRun,
): Promise<Digest | undefined> {
  const left = AbortSignal.any([signal, session.grpc.signal]);
  const progress = new BuildProgress(tell);
  await using aside = await BuildAside.open(engine.images, left);
  const work = { session, kept: engine.builds.contexts, aside, progress };
  const given = await sessionSource(engine.images, work, { source, name: wish.dockerfileName });
  const request: BuildRequest = {
    ...wish,
    ...given,
    secrets: await clientSecrets(session, given.dockerfile),
    agents: await clientAgents(session, given.dockerfile),
    credentials: (registry) => session.credentials(registry),
  };
  try {
    return await finished(runBuild(engine.builds, engine.jobs, { request, left }).news, progress);
  } catch (error) {
    throw withSource(error, request, progress);
  }
}

/** What the frontend says of a Dockerfile; of a context of the client's own nothing else is fetched. */
export async function sessionAnswer(
  { engine }: DockerContext,
  { session, wish, source }: SessionTask,
  { question, tell, signal }: { readonly question: string } & SessionRun,
): Promise<Answer> {
  const { images, contexts: kept } = engine.builds;
  await using aside = await BuildAside.open(images, AbortSignal.any([signal, session.grpc.signal]));
  const work = { session, kept, aside, progress: new BuildProgress(tell) };
  const name = wish.dockerfileName;
  const isLent = source.context === undefined && source.tar === undefined;
  const dockerfile = isLent
    ? await clientDockerfile(work, name)
    : (await sessionSource(images, work, { source, name })).dockerfile;
  return await answerQuestion(question, { dockerfile, name, target: wish.target }, images);
}

async function finished(
  news: ReturnType<typeof runBuild>['news'],
  progress: BuildProgress,
): Promise<Digest | undefined> {
  for await (const each of news) {
    progress.add(each);
    if (each.kind === 'done') return each.image;
  }
  throw new EngineError('internal', 'The build ended without a result.');
}

/** What can't be read as a Dockerfile has its line in the sentence; of what fails later it is the step's. */
function withSource(
  error: unknown,
  { dockerfile, dockerfileName }: BuildRequest,
  progress: BuildProgress,
): EngineError {
  const { code, message } = toEngineError(error);
  const line = Number(/^dockerfile parse error on line (\d+) /.exec(message)?.[1] ?? 0);
  const step = progress.failed(message);
  const place = step ?? (line === 0 ? undefined : { line, endLine: line });
  if (place === undefined || place.line === 0) return new EngineError(code, message, { cause: error });
  const excerpt = sourceExcerpt(dockerfile, dockerfileName, place);
  return new EngineError(code, `${excerpt}\nfailed to solve: ${message}`, { cause: error });
}
