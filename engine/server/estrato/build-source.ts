import { readFile, stat } from 'node:fs/promises';
import { connect } from 'node:net';

import { BuildAside } from '#engine/build/build-aside.ts';
import type { BuildParts } from '#engine/build/build-parts.ts';
import type { BuildRequest } from '#engine/build/build-request.ts';
import { parseCacheSource, parseCacheTarget } from '#engine/build/cache-place.ts';
import { openFolderMemory } from '#engine/build/folder-memory.ts';
import { FolderSource } from '#engine/build/folder-source.ts';
import { parseNamedContext, parseRemoteContext, type NamedContext } from '#engine/build/named-context.ts';
import { openRemoteContext, type Opened } from '#engine/build/remote-context.ts';
import type { BuildParameters, BuildRecord, BuildWish } from '#engine/contract/build.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { parseReference } from '#engine/contract/reference.ts';
import { IgnoreRules } from '#engine/dockerfile/ignore-rules.ts';
import { DockerfileError } from '#engine/dockerfile/problem.ts';
import { parsePlatforms } from '#engine/oci/platform.ts';

/** A Dockerfile, and what its `.dockerignore` says. */
export interface Written {
  readonly dockerfile: string;
  readonly ignore?: string | undefined;
}

interface Again {
  readonly secrets: BuildWish['secrets'];
  /** As it was unless told. */
  readonly written?: Written | undefined;
}

/** What a wish is built from, for as long as the build lasts: folders of this machine, and what was fetched. */
export class BuildSource implements AsyncDisposable {
  readonly request: BuildRequest;
  readonly #open: AsyncDisposableStack;

  private constructor(request: BuildRequest, open: AsyncDisposableStack) {
    this.request = request;
    this.#open = open;
  }

  /** @throws EngineError `invalid-argument` for a folder that is none; naming the address of what can't be fetched. */
  static async open(builds: BuildParts, wish: BuildWish, signal: AbortSignal): Promise<BuildSource> {
    await using undo = new AsyncDisposableStack();
    const folderSource = async (folder: string, ignored: string): Promise<FolderSource> => {
      const about = folder.startsWith('/') ? await stat(folder).catch(() => undefined) : undefined;
      if (about?.isDirectory() !== true)
        throw new EngineError('invalid-argument', `${folder} is no folder; name the build context.`);
      const { memory } = undo.use(openFolderMemory(builds.database, folder));
      return new FolderSource(memory, ignoreRules(ignored));
    };
    const remote = parseRemoteContext(wish.folder);
    let opened: Opened;
    if (remote === undefined) {
      const { dockerfile, dockerfileName } = wish;
      opened = { context: await folderSource(wish.folder, wish.ignore ?? ''), dockerfile, dockerfileName };
    } else {
      const aside = undo.use(await BuildAside.open(builds.images, signal));
      const found = await openRemoteContext(builds.images, aside, { remote, name: wish.dockerfileName });
      opened = wish.dockerfile === '' ? found : { ...found, dockerfile: wish.dockerfile };
    }
    const contexts = new Map<string, NamedContext>();
    for (const [name, text] of Object.entries(wish.contexts ?? {})) {
      contexts.set(name, parseNamedContext(text) ?? { kind: 'tree', tree: await folderSource(text, '') });
    }
    const request = { ...(await requestOf(wish, opened)), contexts, parameters: parametersOf(wish) };
    return new BuildSource(request, undo.move());
  }

  /**
   * What a build was made from, once more.
   * @param secrets by their ids, in base64: the record has none. @throws EngineError where a client had sent the context, or
   * a secret isn't given.
   */
  static async again(
    builds: BuildParts,
    record: BuildRecord,
    { secrets, written }: Again,
    signal: AbortSignal,
  ): Promise<BuildSource> {
    const { parameters } = record;
    if (parameters === undefined)
      throw new EngineError(
        'unsupported',
        'The context of this build was sent by a client; build it again from there.',
      );
    const missing = parameters.secrets.find((id) => secrets[id] === undefined);
    if (missing !== undefined)
      throw new EngineError('invalid-argument', `The secret ${missing} of this build isn't kept; give it again.`);
    const { ignore, ...rest } = parameters;
    const { dockerfile, ignore: rules } = written ?? { dockerfile: record.dockerfile, ignore };
    const wish = { ...rest, secrets, dockerfile, ...(rules === undefined ? {} : { ignore: rules }) };
    return BuildSource.open(builds, wish, signal);
  }

  /** A folder as its tar comes in: it stays a tar, and goes when the build has ended. */
  static async receive(
    builds: BuildParts,
    { wish, tar }: { readonly wish: BuildWish; readonly tar: AsyncIterable<Uint8Array> },
    signal: AbortSignal,
  ): Promise<BuildSource> {
    await using undo = new AsyncDisposableStack();
    const aside = undo.use(await BuildAside.open(builds.images, signal));
    const ignored = ignoreRules(wish.ignore ?? '');
    const context = await aside.context(tar, 'the build context');
    context.drop((path) => ignored.excludes(path));
    const { dockerfile, dockerfileName } = wish;
    return new BuildSource(await requestOf(wish, { context, dockerfile, dockerfileName }), undo.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#open.disposeAsync();
  }
}

function ignoreRules(text: string): IgnoreRules {
  try {
    return new IgnoreRules(text);
  } catch (error) {
    if (error instanceof DockerfileError)
      throw new EngineError('invalid-argument', `.dockerignore: ${error.message}`, { cause: error });
    throw error;
  }
}

async function requestOf(wish: BuildWish, opened: Opened): Promise<BuildRequest> {
  const { folder, tags, args, labels, target, platform, attest, noCache, pull, network, secrets } = wish;
  const bytes = Object.entries(secrets).map(([id, text]) => [id, Buffer.from(text, 'base64')] as const);
  const read = await Promise.all(Object.entries(wish.secretFiles ?? {}).map(secretOf));
  return {
    ...opened,
    project: `${folder} ${opened.dockerfileName}`,
    references: tags.map((tag) => parseReference(tag)),
    args: new Map(Object.entries(args)),
    labels,
    target,
    platforms: platform === undefined ? undefined : parsePlatforms(platform),
    attest,
    noCache,
    pull,
    push: wish.push,
    cacheFrom: wish.cacheFrom?.flatMap(parseCacheSource),
    cacheTo: wish.cacheTo?.map(parseCacheTarget),
    network,
    extraHosts: [],
    agents: new Map(
      Object.entries(wish.ssh ?? {}).map(([id, path]) => [id, { connect: () => connect(path) }] as const),
    ),
    secrets: new Map([...bytes, ...read]),
    memoryBytes: 0,
    shmSizeBytes: 0,
  };
}

/** BuildKit's bound, too. */
const MOST_SECRET_BYTES = 500 * 1024;

async function secretOf([id, path]: readonly [string, string]): Promise<readonly [string, Uint8Array]> {
  const about = path.startsWith('/') ? await stat(path).catch(() => undefined) : undefined;
  if (about?.isFile() !== true)
    throw new EngineError('invalid-argument', `The secret ${id} is no file at ${path}; name one by its absolute path.`);
  if (about.size > MOST_SECRET_BYTES)
    throw new EngineError('too-large', `The secret ${id} at ${path} has more than ${MOST_SECRET_BYTES} bytes.`);
  return [id, await readFile(path)];
}

function parametersOf(wish: BuildWish): BuildParameters {
  const { dockerfile: _, secrets, ...rest } = wish;
  return { ...rest, secrets: Object.keys(secrets) };
}
