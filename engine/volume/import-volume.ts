import { extractTar, type Finishing } from '#engine/archive/extract-tar.ts';
import { HeldDirectory } from '#engine/archive/held-directory.ts';
import type { TarEntry } from '#engine/archive/tar-entry.ts';
import { explainWriteFailure } from '#engine/content/file-failures.ts';
import { TreeRecords } from '#engine/layer/tree-records.ts';
import { isInUserNamespace } from '#engine/snapshot/user-namespace.ts';

import { newVolume } from './clone-volume.ts';
import type { VolumeParts } from './volume-parts.ts';
import type { Volume } from './volume.ts';

export interface ImportRequest {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** A tar, compressed or not. */
  readonly source: AsyncIterable<Uint8Array>;
}

/**
 * A new volume that holds what a tar does; there is none when the tar is damaged, or ends too early.
 *
 * @throws EngineError `conflict` when the name is taken, `corrupt`, `out-of-space`.
 */
export async function importVolume(parts: VolumeParts, { name, labels = {}, source }: ImportRequest): Promise<Volume> {
  return newVolume(parts, { name, labels }, async (data) => {
    await using root = await HeldDirectory.open(data);
    const finishing = new NodesAndAttributes(parts.launcherPath, data);
    try {
      await extractTar(root, '/', { source, keepKinds: false, lenientOwners: isInUserNamespace(), finishing });
    } catch (error) {
      throw explainWriteFailure(error, `the volume ${name}`);
    }
  });
}

class NodesAndAttributes implements Finishing {
  readonly #launcherPath: string;
  readonly #tree: string;
  readonly #records = new TreeRecords();

  constructor(launcherPath: string, tree: string) {
    this.#launcherPath = launcherPath;
    this.#tree = tree;
  }

  note(path: string, entry: TarEntry): void {
    const { type, xattrs } = entry;
    if (type === 'character-device' || type === 'block-device' || type === 'fifo') {
      this.#records.node(path, { ...entry, type });
    }
    if (type === 'symlink') return;
    for (const [name, value] of xattrs) if (isKept(name)) this.#records.attribute(path, name, value);
  }

  finish(): Promise<void> {
    return this.#records.apply(this.#launcherPath, this.#tree);
  }
}

/** Labels of security modules belong to the machine they were made on, and what is `trusted` to its root. */
function isKept(name: string): boolean {
  if (name.startsWith('trusted.')) return !isInUserNamespace();
  return name.startsWith('user.') || name.startsWith('system.posix_acl_') || name === 'security.capability';
}
