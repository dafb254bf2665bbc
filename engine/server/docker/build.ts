import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { BuildAside } from '#engine/build/build-aside.ts';
import type { BuildRequest } from '#engine/build/build-request.ts';
import { parseCacheSource } from '#engine/build/cache-place.ts';
import { parseRemoteContext, type RemoteContext } from '#engine/build/named-context.ts';
import { openRemoteContext, openTarContext, type Opened } from '#engine/build/remote-context.ts';
import { runBuild } from '#engine/build/run-build.ts';
import type { BuildNews } from '#engine/contract/build.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import { familiarName, parseReference } from '#engine/contract/reference.ts';
import { parsePlatforms } from '#engine/oci/platform.ts';

import { BuildTranscript } from './build-transcript.ts';
import { answerSessionBuild } from './buildkit/answer-build.ts';
import type { ClientSession } from './buildkit/client-session.ts';
import { resultsOf } from './buildkit/exporters.ts';
import type { SessionWish } from './buildkit/session-build.ts';
import type { SessionSource } from './buildkit/session-source.ts';
import type { DockerContext, Routes } from './context.ts';
import { parseInput, readSent } from './failures.ts';
import { flag, text } from './query.ts';
import { clientSignal, sendStream } from './send-stream.ts';

export const buildRoutes: Routes = (app, context) => {
  app.post('/build', (request, reply) => build(context, request, reply));
};

const many = z.union([z.string().transform((value) => [value]), z.array(z.string())]).default([]);
const size = z.coerce.number().int().default(0);

/** JSON in a query, absent or `null` as Go's clients send it. */
function json<T>(shape: z.ZodType<T>, otherwise: T): z.ZodType<T, string | undefined> {
  return z
    .string()
    .optional()
    .transform((value, issues): T => {
      if (value === undefined || value === '' || value === 'null') return otherwise;
      try {
        return shape.parse(JSON.parse(value));
      } catch {
        issues.addIssue({ code: 'custom', message: `${JSON.stringify(value)} is not the JSON that is expected` });
        return z.NEVER;
      }
    });
}

const buildQuery = z.object({
  dockerfile: z
    .string()
    .optional()
    .transform((name) => (name === undefined || name === '' ? 'Dockerfile' : name)),
  t: many,
  q: flag,
  nocache: flag,
  pull: flag,
  remote: text,
  target: text,
  platform: text,
  networkmode: text,
  version: text,
  session: text,
  buildid: text,
  buildargs: json(z.record(z.string(), z.string().nullable()), {}),
  labels: json(z.record(z.string(), z.string()), {}),
  /** Images. */
  cachefrom: json(z.array(z.string()), []),
  extrahosts: many,
  memory: size,
  shmsize: size,
  outputs: json(z.array(z.object({ Type: z.string(), Attrs: z.record(z.string(), z.string()).nullish() })), []),
});

async function build(context: DockerContext, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const query = parseInput(buildQuery, request.query);
  const { remote = '', version = '1' } = query;
  const upload = /^upload-request:(.+)$/.exec(query.buildid ?? '')?.[1];
  if (version === '2' && upload !== undefined) {
    await context.uploads.offer(upload, request.raw, clientSignal(reply, context.closing));
    await reply.send('');
    return;
  }
  if (version === '2') {
    await buildByBuildKit(context, query, reply);
    return;
  }
  const left = clientSignal(reply, context.closing);
  const { images } = context.engine;
  await using undo = new AsyncDisposableStack();
  const aside = undo.use(await BuildAside.open(images, left));
  const name = query.dockerfile;
  const opened =
    remote === ''
      ? await sentContext(request, aside, name)
      : await openRemoteContext(images, aside, { remote: remoteOf(remote), name });
  const { news } = runBuild(context.engine.builds, context.engine.jobs, {
    request: requestOf(query, opened),
    left,
  });
  await answer(context, reply, { news, names: query.t, isQuiet: query.q });
}

function sentContext(request: FastifyRequest, aside: BuildAside, name: string): Promise<Opened> {
  return readSent('The build context', () => openTarContext(aside, request.raw, name));
}

function remoteOf(address: string): RemoteContext {
  const remote = parseRemoteContext(address);
  if (remote !== undefined) return remote;
  throw new EngineError(
    'invalid-argument',
    `${address} is no build context: there are git repositories, and tars and Dockerfiles over http.`,
  );
}

async function buildByBuildKit(
  context: DockerContext,
  query: z.infer<typeof buildQuery>,
  reply: FastifyReply,
): Promise<void> {
  const { session: id = '', remote = '', outputs } = query;
  const session = id === '' ? undefined : await context.sessions.find(id, context.closing);
  // A refusal leaves nothing to lend for, and Docker's client waits until its session has been ended.
  using unlessRefused = new DisposableStack();
  unlessRefused.use(session);
  if (session === undefined || remote === '')
    throw new EngineError('invalid-argument', "By BuildKit's protocol a build has a session, and a context to build.");
  const wish = { ...wishOf(query), ...outputsOf(outputs, session), dockerfileName: query.dockerfile };
  unlessRefused.move();
  await answerSessionBuild(context, reply, { session, wish, source: sourceOf(context, query, reply) });
}

/** The client's own folder, a tar that it sends beside this request, or an address. */
function sourceOf(
  { uploads, closing }: DockerContext,
  { remote = '', buildid = '' }: z.infer<typeof buildQuery>,
  reply: FastifyReply,
): SessionSource {
  if (remote === 'client-session') return {};
  if (remote !== 'upload-request') return { context: remote };
  return { tar: uploads.take(buildid, clientSignal(reply, closing)) };
}

/** `--output`; an image unless told otherwise. */
function outputsOf(
  outputs: z.infer<typeof buildQuery>['outputs'],
  session: ClientSession,
): Pick<SessionWish, 'outputs' | 'keepsImage' | 'push'> {
  if (outputs.length === 0) return {};
  const { names: _, ...results } = resultsOf(
    outputs.map(({ Type, Attrs }) => ({ Type, Attrs: Attrs ?? {} })),
    session,
  );
  return results;
}

function requestOf(query: z.infer<typeof buildQuery>, opened: Opened): BuildRequest {
  const wish = wishOf(query);
  const project = query.t.length === 0 ? opened.dockerfileName : wish.project;
  return { ...wish, ...opened, project, secrets: new Map() };
}

/** What a query says of a build, whatever is built. */
function wishOf(query: z.infer<typeof buildQuery>): Omit<SessionWish, 'dockerfileName'> {
  const { t, buildargs, labels, target, platform = '', nocache, pull, networkmode = '' } = query;
  const { extrahosts, memory, shmsize } = query;
  const references = t.map((each) => parseReference(each));
  const [first] = references;
  const args = Object.entries(buildargs).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
  return {
    project: first === undefined ? query.dockerfile : `${first.registry}/${first.repository}`,
    references,
    args: new Map(args),
    labels,
    target,
    platforms: platform === '' ? undefined : parsePlatforms(platform),
    cacheFrom: query.cachefrom.flatMap(parseCacheSource),
    noCache: nocache,
    pull,
    network: networkmode === '' ? 'default' : networkmode,
    extraHosts: extrahosts,
    memoryBytes: memory,
    shmSizeBytes: shmsize,
  };
}

interface Answer {
  readonly news: AsyncIterable<BuildNews> & AsyncIterator<BuildNews>;
  readonly names: readonly string[];
  readonly isQuiet: boolean;
}

/** What fails before anything has begun has an HTTP status; what fails later is a message of its own. */
async function answer(context: DockerContext, reply: FastifyReply, { news, names, isQuiet }: Answer): Promise<void> {
  const first = await news.next();
  async function* all(): AsyncGenerator<BuildNews> {
    if (first.done !== true) yield first.value;
    yield* news;
  }
  const { closing } = context;
  await sendStream(reply, { contentType: 'application/json', closing }, () => messages(all(), names, isQuiet));
}

async function* messages(
  news: AsyncIterable<BuildNews>,
  names: readonly string[],
  isQuiet: boolean,
): AsyncGenerator<string> {
  const transcript = new BuildTranscript();
  try {
    for await (const each of news) {
      if (each.kind === 'done') yield* each.image === undefined ? [] : ending(each.image, names, isQuiet);
      else yield* (isQuiet ? [] : transcript.add(each)).map((stream) => line({ stream }));
    }
  } catch (error) {
    const { message } = toEngineError(error);
    const code = /returned a non-zero code: (\d+)$/.exec(message)?.[1];
    yield line({ errorDetail: { ...(code === undefined ? {} : { code: Number(code) }), message }, error: message });
  }
}

function ending(image: Digest, names: readonly string[], isQuiet: boolean): readonly string[] {
  const told = [`Successfully built ${image.slice('sha256:'.length, 'sha256:'.length + 12)}\n`];
  for (const name of names) told.push(`Successfully tagged ${familiarName(parseReference(name))}\n`);
  return [line({ aux: { ID: image } }), ...(isQuiet ? [`${image}\n`] : told).map((stream) => line({ stream }))];
}

function line(message: object): string {
  return `${JSON.stringify(message)}\r\n`;
}
