import type { AttestWish } from '#engine/contract/attestation.ts';
import type { BuildParameters, BuildPatch } from '#engine/contract/build.ts';
import type { Platform } from '#engine/contract/image.ts';
import type { Reference } from '#engine/contract/reference.ts';
import type { Credentials } from '#engine/registry/registry-client.ts';

import type { KeyAgent } from './agent-socket.ts';
import type { BuildOutput } from './build-output.ts';
import type { Material } from './materials.ts';
import type { CacheSource, CacheTarget } from './cache-place.ts';
import type { NamedContext } from './named-context.ts';
import type { SourceTree } from './source-tree.ts';

/** What an image is built from: what both fronts translate to. */
export interface BuildRequest {
  /** The Dockerfile's text. */
  readonly dockerfile: string;
  /** What it is called in sentences: `Dockerfile`. */
  readonly dockerfileName: string;
  readonly context: SourceTree;
  /** By their names, as `--build-context` gives them. */
  readonly contexts?: ReadonlyMap<string, NamedContext>;
  /** Which builds belong together, so that one is compared with the one before: the context's folder, a tag. */
  readonly project: string;
  /** What was asked for, where it can be asked for again. */
  readonly parameters?: BuildParameters | undefined;
  /** What step shells have made, to be put where it belongs. */
  readonly patches?: readonly BuildPatch[] | undefined;
  /** What the image is called; nothing leaves it without a name. */
  readonly references: readonly Reference[];
  /** `ARG`s; of those without a value the Dockerfile's own counts. */
  readonly args: ReadonlyMap<string, string>;
  readonly labels: Readonly<Record<string, string>>;
  /** A stage's name or number; the last if absent. */
  readonly target?: string | undefined;
  /** This machine's own unless told otherwise. */
  readonly platform?: Platform | undefined;
  /** Several, for one index of an image for each; then `platform` doesn't count. */
  readonly platforms?: readonly Platform[] | undefined;
  /** What is said of the result beside it. */
  readonly attest?: AttestWish | undefined;
  /** Where the context came from, of one that was fetched. */
  readonly materials?: readonly Material[];
  /** What becomes of it elsewhere. */
  readonly outputs?: readonly BuildOutput[] | undefined;
  /** Whether it becomes an image of this machine; it does unless told. */
  readonly keepsImage?: boolean | undefined;
  /** Every reference to its registry, at the end. */
  readonly push?: boolean | undefined;
  /** Where results of steps are taken from, and put to. */
  readonly cacheFrom?: readonly CacheSource[] | undefined;
  readonly cacheTo?: readonly CacheTarget[] | undefined;
  /** Run every step, whatever is known of it. */
  readonly noCache: boolean;
  /** Ask registries for images that are here, too. */
  readonly pull: boolean;
  /** Of RUN steps that say nothing of it: `default`, `none`, `host`, or a network's name. */
  readonly network: string;
  /** `name:address`, for steps. */
  readonly extraHosts: readonly string[];
  readonly secrets: ReadonlyMap<string, Uint8Array>;
  /** Agents that `RUN --mount=type=ssh` asks, by their ids. */
  readonly agents?: ReadonlyMap<string, KeyAgent>;
  /** What the one who asked has for a registry; those of this machine count where it is absent, or has nothing. */
  readonly credentials?: ((registry: string) => Promise<Credentials | undefined>) | undefined;
  /** Of RUN steps; 0 is no limit. */
  readonly memoryBytes: number;
  /** Of /dev/shm of RUN steps; 0 is Docker's. */
  readonly shmSizeBytes: number;
}
