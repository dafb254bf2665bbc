import type { BuildRequest } from '#engine/build/build-request.ts';
import { parseNamedContext, parseRemoteContext, type NamedContext } from '#engine/build/named-context.ts';
import { openRemoteContext, openTarContext, type Opened } from '#engine/build/remote-context.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';

import type { ClientSession } from './client-session.ts';
import { BytesMessage } from './messages.ts';
import { clientDockerfile, clientFolder, sessionContext, type ContextWork } from './session-context.ts';

/** Where a session's build has its files from: the client's own folder unless told. */
export interface SessionSource {
  /** The address of a repository or a tar; `http://buildkit-session/ID` is a tar that the client hands over. */
  readonly context?: string;
  /** A tar that came by a request of its own. */
  readonly tar?: AsyncIterable<Uint8Array>;
  /** Whether the client lends the Dockerfile of a context that it doesn't. */
  readonly lendsDockerfile?: boolean;
  /** Named contexts as the client says them: `local:NAME` is a folder of its own. */
  readonly named?: ReadonlyMap<string, string>;
}

type Given = Pick<BuildRequest, 'context' | 'dockerfile' | 'dockerfileName' | 'contexts' | 'materials'>;

const HANDED = 'http://buildkit-session/';

/** What is built from. @throws EngineError `invalid-argument`; naming the address of what can't be fetched. */
export async function sessionSource(
  images: ImageParts,
  work: ContextWork,
  { source, name }: { readonly source: SessionSource; readonly name: string },
): Promise<Given> {
  const contexts = new Map<string, NamedContext>();
  for (const [called, said] of source.named ?? []) contexts.set(called, await namedContext(work, called, said));
  if (source.context === undefined && source.tar === undefined)
    return { ...(await sessionContext(work, name)), dockerfileName: name, contexts };
  const opened = await work.progress.during('load remote build context', 'context', () =>
    elsewhere(images, work, { source, name }),
  );
  return { ...opened, contexts };
}

async function elsewhere(
  images: ImageParts,
  work: ContextWork,
  { source, name }: { readonly source: SessionSource; readonly name: string },
): Promise<Opened> {
  const { aside, session } = work;
  const { context = '', tar, lendsDockerfile = false } = source;
  const handed = tar ?? (context.startsWith(HANDED) ? handedOver(session, context.slice(HANDED.length)) : undefined);
  if (handed !== undefined) return openTarContext(aside, handed, name);
  const remote = parseRemoteContext(context);
  if (remote === undefined)
    throw new EngineError(
      'invalid-argument',
      `${context} is no build context: there are git repositories, and tars over http.`,
    );
  if (!lendsDockerfile) return openRemoteContext(images, aside, { remote, name });
  const dockerfile = await clientDockerfile(work, name);
  return { context: await aside.remote(remote), dockerfile, dockerfileName: name, materials: aside.materials };
}

/** What the client reads from its standard input (github.com/moby/buildkit, `session/upload`). */
async function* handedOver(session: ClientSession, id: string): AsyncGenerator<Uint8Array> {
  const wanted = { urlpath: `/${id}`, urlhost: 'buildkit-session' };
  await using call = session.grpc.call('/moby.upload.v1.Upload/Pull', wanted);
  call.endWriting();
  for await (const message of call) yield BytesMessage.decode(message).data;
}

async function namedContext(work: ContextWork, called: string, said: string): Promise<NamedContext> {
  const folder = /^local:(.+)$/.exec(said)?.[1];
  if (folder !== undefined) return { kind: 'tree', tree: await clientFolder(work, folder) };
  const named = parseNamedContext(said);
  if (named !== undefined) return named;
  throw new EngineError(
    'unsupported',
    `The build context ${called} is given as ${said}, which is none of this version's.`,
  );
}
