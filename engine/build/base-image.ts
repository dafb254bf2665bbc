import type { Digest } from '#engine/contract/digest.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { Platform } from '#engine/contract/image.ts';
import { parseReference } from '#engine/contract/reference.ts';
import type { ConfigDocument } from '#engine/image/add-layer.ts';
import { hostPlatform, isSamePlatform } from '#engine/image/choose-manifest.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { findImage, layersOf } from '#engine/image/image-records.ts';
import type { Lease } from '#engine/image/leases.ts';
import { pullImage } from '#engine/image/pull-image.ts';
import { findPresent } from '#engine/image/resolve-image.ts';

import type { BuildRequest } from './build-request.ts';
import type { HistoryRow, StageState } from './stage-state.ts';

export interface BaseImage {
  readonly id: Digest | undefined;
  readonly state: StageState;
}

interface BaseWork {
  readonly lease: Lease;
  readonly signal: AbortSignal;
  readonly notice: (message: string) => void;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Nothing at all, to begin from. */
export function scratch({ platform = hostPlatform }: Pick<BuildRequest, 'platform'>): BaseImage {
  const { os, architecture, variant } = platform;
  const document = {
    architecture,
    os,
    ...(variant === undefined ? {} : { variant }),
    config: { Env: [`PATH=${PATH}`] },
  };
  return { id: undefined, state: { document, layers: [], history: [], args: new Map(), hasOwnCommand: false } };
}

/** An image to begin from or to copy from: one that is here, or else from its registry. It stays while the build runs. */
export async function baseImage(
  images: ImageParts,
  name: string,
  { platform = hostPlatform, pull, credentials }: Pick<BuildRequest, 'platform' | 'pull' | 'credentials'>,
  work: BaseWork,
): Promise<BaseImage> {
  const here = present(images, name);
  const isWanted =
    here !== undefined && isSamePlatform(findImage(images.database, here)?.platform ?? platform, platform);
  if (pull || !isWanted) await fetch(images, name, { platform, credentials, isHere: isWanted }, work);
  const { id } = findPresent(images.database, name);
  const rows = layersOf(images.database, id);
  await work.lease.hold(id, ...rows.flatMap(({ diffId, blobDigest }) => [diffId, blobDigest]));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- parsed as a config when the image came
  const known = JSON.parse(Buffer.from(await images.blobs.read(id)).toString('utf8')) as ConfigDocument;
  const { history, rootfs: _, created: __, ...document } = known;
  const layers = rows.map(({ diffId, blobDigest, blobSize, mediaType }) => ({
    diffId,
    blob: { digest: blobDigest, size: blobSize, mediaType },
  }));
  return {
    id,
    state: {
      document: { config: {}, ...document },
      layers,
      history: historyOf(history),
      args: new Map(),
      hasOwnCommand: false,
    },
  };
}

function present({ database }: ImageParts, name: string): Digest | undefined {
  try {
    return findPresent(database, name).id;
  } catch (error) {
    if (toEngineError(error).code === 'not-found') return undefined;
    throw error;
  }
}

interface FetchOptions extends Pick<BuildRequest, 'credentials'> {
  readonly platform: Platform;
  readonly isHere: boolean;
}

async function fetch(
  images: ImageParts,
  name: string,
  { platform, credentials, isHere }: FetchOptions,
  { signal, notice }: BaseWork,
): Promise<void> {
  try {
    notice(`Pulling ${name}`);
    const reference = parseReference(name);
    const own = await credentials?.(reference.registry);
    const options = own === undefined ? { platform } : { platform, credentials: own };
    for await (const _ of pullImage(images, reference, options, signal));
  } catch (error) {
    if (signal.aborted) throw error;
    const { code, message } = toEngineError(error);
    // What is only here, and was never anywhere else, is as new as it can be.
    if (isHere) notice(`${name} was not pulled: ${message}`);
    else throw new EngineError(code, `${name}: ${message}`, { cause: error });
  }
}

function historyOf(history: unknown): readonly HistoryRow[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- parsed as a config when the image came
  return Array.isArray(history) ? (history as readonly HistoryRow[]) : [];
}
