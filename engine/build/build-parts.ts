import { join } from 'node:path';

import type { ContainerParts } from '#engine/container/container-parts.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import type { InspectThread } from '#engine/inspect/inspect-thread.ts';
import type { Database } from '#engine/metadata/database.ts';

import { CacheMounts } from './cache-mounts.ts';
import { KeptContexts } from './kept-contexts.ts';

/** What the verbs of this folder work with. */
export interface BuildParts {
  readonly database: Database;
  readonly images: ImageParts;
  /** Steps run as containers. */
  readonly containers: ContainerParts;
  /** What goes through whole trees beside the engine. */
  readonly thread: InspectThread;
  /** Of this program, for what is said of a build. */
  readonly version: string;
  /** Directories of `RUN --mount=type=cache`. */
  readonly cacheMounts: CacheMounts;
  /** Folders that clients have sent. */
  readonly contexts: KeptContexts;
  /** What mounts of step shells show: a directory for each. */
  readonly shellsDir: string;
}

/** @param root of the data. */
export function buildPlaces(root: string): Pick<BuildParts, 'cacheMounts' | 'contexts' | 'shellsDir'> {
  return {
    cacheMounts: new CacheMounts(join(root, 'build-cache')),
    contexts: new KeptContexts(join(root, 'build-contexts')),
    shellsDir: join(root, 'build-shells'),
  };
}
