import { TAR_END } from '#engine/archive/encode-tar.ts';
import { HeldDirectory } from '#engine/archive/held-directory.ts';
import { TreeTar } from '#engine/archive/tar-of-tree.ts';

import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import { openTree } from './open-tree.ts';

/**
 * All of a container's own files as a tar, whether it runs or not; what is mounted in it isn't its own.
 *
 * Extended attributes are not in it: Node reads none.
 */
export async function exportContainer(parts: ContainerParts, ref: string): Promise<AsyncGenerator<Uint8Array>> {
  const container = parts.table.find(ref);
  await using undo = new AsyncDisposableStack();
  const open = undo.use(await openTree(parts, container));
  const root = undo.use(await HeldDirectory.open(open.path));
  publishEvent(parts, container, 'export');
  return tarOf(root, undo.move());
}

async function* tarOf(root: HeldDirectory, owned: AsyncDisposableStack): AsyncGenerator<Uint8Array> {
  await using _ = owned;
  yield* new TreeTar().children(root, '');
  yield TAR_END;
}
