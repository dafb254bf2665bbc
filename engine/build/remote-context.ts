import { buffer } from 'node:stream/consumers';

import type { ImageParts } from '#engine/image/image-parts.ts';

import { isArchive } from './added-archive.ts';
import type { BuildAside } from './build-aside.ts';
import type { BuildRequest } from './build-request.ts';
import { contextDockerfile } from './context-dockerfile.ts';
import type { RemoteContext } from './named-context.ts';
import { StackSource } from './stack-source.ts';

export interface Opened extends Pick<BuildRequest, 'context' | 'dockerfile' | 'dockerfileName' | 'materials'> {
  /** What its `.dockerignore` says. */
  readonly ignore?: string | undefined;
}

/**
 * A build context from elsewhere with its Dockerfile: a repository, a tar, or a Dockerfile alone, which has no context.
 * @param name of the Dockerfile in it. @throws EngineError naming the address.
 */
export async function openRemoteContext(
  images: ImageParts,
  aside: BuildAside,
  { remote, name }: { readonly remote: RemoteContext; readonly name: string },
): Promise<Opened> {
  if (remote.kind === 'git') {
    const whole = await aside.repository(remote.place);
    const { text, ignore, rules } = await contextDockerfile(whole, name);
    const context = rules === undefined ? whole : await aside.repository(remote.place, { ignored: rules });
    return { context, dockerfile: text, dockerfileName: name, ignore, materials: aside.materials };
  }
  const file = await aside.download(remote.url);
  if (await isArchive(file.open()))
    return { ...(await openTarContext(aside, file.open(), name)), materials: aside.materials };
  const dockerfile = (await buffer(file.open())).toString('utf8');
  const context = StackSource.empty(images.layers, 'the build context');
  return { context, dockerfile, dockerfileName: remote.url, materials: aside.materials };
}

/** The same of a tar that somebody sends. @throws EngineError `corrupt`, `invalid-argument` when it has no such Dockerfile. */
export async function openTarContext(
  aside: BuildAside,
  source: AsyncIterable<Uint8Array>,
  name: string,
): Promise<Opened> {
  const context = await aside.context(source, 'the build context');
  const { text, ignore, ignored } = await contextDockerfile(context, name);
  if (ignored !== undefined) context.drop(ignored);
  return { context, dockerfile: text, dockerfileName: name, ignore };
}
