import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';

import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import { resolveImage } from '#engine/image/resolve-image.ts';
import type { ImageConfig } from '#engine/oci/image-config.ts';
import { relaxed } from '#engine/metadata/relaxed.ts';
import { synced } from '#engine/metadata/synced.ts';
import { formatPlatform, normalisePlatform } from '#engine/oci/platform.ts';

import { checkIsolation } from './check-isolation.ts';
import { chooseMounts } from './choose-mounts.ts';
import { chooseNetworks } from './choose-networks.ts';
import { containerDir } from './container-dir.ts';
import { publishEvent } from './container-events.ts';
import { checkContainerName, freeContainerName } from './container-name.ts';
import type { ContainerParts } from './container-parts.ts';
import { prepareMounts } from './container-volumes.ts';
import type { Container } from './container.ts';
import { withoutSlash } from './container-table.ts';
import type { CreateRequest } from './create-request.ts';
import { logWarnings } from './log-options.ts';
import { mergeConfig } from './merge-config.ts';
import { refuseUnsupported } from './refuse-unsupported.ts';

/**
 * Makes a container that can be started: a snapshot, a directory, a row; all of them or none.
 *
 * @throws EngineError `not-found` for an unknown image or one for another platform, `conflict` for a name in use, `unsupported` for what this
 * engine can't do, `invalid-argument` for what nobody could.
 */
export async function createContainer(
  parts: ContainerParts,
  request: CreateRequest,
): Promise<{ id: string; warnings: string[] }> {
  refuseUnsupported(request);
  await refuseMissing(request.existingSources ?? []);
  const image = await resolveImage(parts.images, request.image);
  refuseOtherPlatform(request, image.config);
  const id = randomBytes(32).toString('hex');
  const name = chooseName(parts, request);
  using _held = parts.table.reserve({ id, name, imageId: image.id });
  const merged = mergeConfig(request, image.config, id);
  const runtime = parts.runtime.choose(request.runtime);
  const { warnings, ...networks } = await chooseNetworks(parts, request);
  const isolation = checkIsolation(parts, request.isolation ?? {}, networks.network);
  const chosen = chooseMounts(request, {
    imageVolumes: image.config.config.volumes,
    mountsOf: (container) => mountsOf(parts, container),
  });

  await using undo = new AsyncDisposableStack();
  using held = new DisposableStack();
  const mounts = await prepareMounts(parts, chosen, { id, diffIds: image.diffIds, undo, held });
  await parts.snapshots.prepare(id, image.diffIds);
  undo.defer(() => parts.snapshots.remove(id));
  const dir = containerDir(parts, id);
  mkdirSync(dir, { mode: 0o700 });
  undo.defer(() => rm(dir, { recursive: true, force: true }));

  const created: Container = {
    id,
    name,
    imageId: image.id,
    createdAt: Date.now(),
    config: {
      ...merged,
      ...(Object.keys(isolation).length > 0 ? { isolation } : {}),
      ...networks,
      networks: [...networks.networks],
      mounts,
      runtime,
    },
    state: { status: 'created' },
  };
  undo.defer(() => parts.table.delete(id));
  relaxed(parts.database, () => parts.table.insert(created));
  parts.volumes.table.keepMadeFor(id);
  await synced(parts.database);
  undo.move();
  publishEvent(parts, created, 'create');
  return { id, warnings: [...warnings, ...logWarnings(request.logging)] };
}

async function refuseMissing(sources: readonly string[]): Promise<void> {
  for (const source of sources) {
    await stat(source).catch((cause: unknown) => {
      const words = `invalid mount config for type "bind": bind source path does not exist: ${source}`;
      throw new EngineError('invalid-argument', words, { cause });
    });
  }
}

/** Not `not-found`: Docker's clients take that for the image, and pull it. */
function mountsOf(parts: ContainerParts, ref: string): Container['config']['mounts'] {
  try {
    return parts.table.find(ref).config.mounts;
  } catch (cause) {
    throw new EngineError('invalid-argument', toEngineError(cause).message, { cause });
  }
}

/** In the words that make Docker's clients pull the image for the platform. */
function refuseOtherPlatform({ image, platform }: CreateRequest, { os, architecture, variant }: ImageConfig): void {
  if (platform === undefined) return;
  const has = normalisePlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) });
  const isSame = has.os === platform.os && has.architecture === platform.architecture;
  if (isSame && (platform.variant === undefined || platform.variant === has.variant)) return;
  throw new EngineError(
    'not-found',
    `image with reference ${image} was found but its platform (${formatPlatform(has)}) does not match the specified platform (${formatPlatform(platform)})`,
  );
}

function chooseName(parts: ContainerParts, request: CreateRequest): string {
  if (request.name === undefined || request.name === '') {
    return freeContainerName((name) => parts.table.isNameTaken(name));
  }
  const name = withoutSlash(request.name);
  checkContainerName(name);
  return name;
}
