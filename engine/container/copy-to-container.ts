import { extractTar } from '#engine/archive/extract-tar.ts';
import { resolveBeneath } from '#engine/archive/resolve-beneath.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { isInUserNamespace } from '#engine/snapshot/user-namespace.ts';

import { lookUpUser } from './compose-spec.ts';
import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import type { Container } from './container.ts';
import { openToWrite, refuseMounted } from './live-tree.ts';

export interface CopyRequest {
  /** A directory of the container's. */
  readonly path: string;
  /** A tar, compressed or not. */
  readonly source: AsyncIterable<Uint8Array>;
  /** Refuse to put a directory in the place of something else, or the other way round. */
  readonly keepKinds: boolean;
  /** Whether everything is to belong to the container's user instead of whom the archive names. */
  readonly asContainerUser: boolean;
}

/**
 * Puts what a tar holds into a directory of a container, whether it runs or not.
 * @throws EngineError `not-found`, `invalid-argument` for what is no directory, `forbidden` where nobody may write.
 */
export async function copyToContainer(parts: ContainerParts, ref: string, request: CopyRequest): Promise<void> {
  const { id } = parts.table.find(ref);
  // One that runs may be stopped meanwhile; one that doesn't must not be started.
  if (parts.table.running(id) !== undefined) await copy(parts, parts.table.find(id), request);
  else await parts.table.exclusively(id, () => copy(parts, parts.table.find(id), request));
}

async function copy(parts: ContainerParts, container: Container, request: CopyRequest): Promise<void> {
  const { path, source, keepKinds, asContainerUser } = request;
  const user = asContainerUser ? await lookUpUser(parts, container, container.config.user) : undefined;
  await using tree = await openToWrite(parts, container);
  await using place = await resolveBeneath(tree.root, path, { followLast: true });
  refuseMounted(tree, container, place.path);
  if (place.name !== undefined) {
    const isThere = (await place.directory.stat(place.name)) !== undefined;
    if (isThere) throw new EngineError('invalid-argument', 'extraction point is not a directory');
    throw new EngineError('not-found', `Could not find the file ${path} in container ${container.name}`);
  }
  try {
    const owner = user === undefined ? undefined : { uid: user.uid, gid: user.gid };
    await extractTar(tree.root, place.path, {
      source,
      keepKinds,
      owner,
      lenientOwners: isInUserNamespace(),
      check: (target) => refuseMounted(tree, container, target),
    });
    publishEvent(parts, container, 'extract-to-dir');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EROFS')) throw error;
    throw new EngineError('forbidden', `${place.path} is read-only in the container ${container.name}.`, {
      cause: error,
    });
  }
}
