import { mkdtemp, rm } from 'node:fs/promises';
import { arch } from 'node:os';
import { join } from 'node:path';

import { importLayerImage } from '#engine/image/import-layer-image.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { parseReference } from '#engine/contract/reference.ts';
import type { JobReport } from '#engine/jobs/job-board.ts';

import { makeBusybox } from './make-busybox.ts';
import { makeDebian } from './make-debian.ts';

/** A root file system on its way to being an image. */
export interface Starter {
  /** Uncompressed tars, base first. */
  readonly tars: readonly string[];
  readonly version: string;
  readonly cmd: readonly string[];
  /** One for each tar, then those that made none. */
  readonly history: readonly { readonly createdBy: string; readonly isEmpty: boolean }[];
}

export type Report = (news: JobReport) => void;

/** Makes a first image from this machine's own Debian packages: no registry is asked. */
export async function bootstrapImage(
  parts: ImageParts,
  kind: 'busybox' | 'debian',
  report: Report,
  signal: AbortSignal,
): Promise<{ imageId: string; name: string }> {
  const dir = await mkdtemp(join(parts.temporaryDir, 'starter-'));
  try {
    const starter = await (kind === 'busybox' ? makeBusybox(dir, report, signal) : makeDebian(dir, report, signal));
    signal.throwIfAborted();
    const name = `estrato/${kind}:${starter.version}`;
    const references = [name, `estrato/${kind}:latest`].map(parseReference);
    const image = {
      tars: starter.tars,
      config: configOf(starter),
      references,
      origin: { kind: 'bootstrap' as const, from: `Debian's packages on this machine` },
    };
    const imageId = await importLayerImage(parts, image, (progress) => report({ progress }), signal);
    return { imageId, name };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function configOf({ cmd, history }: Starter): Record<string, unknown> {
  const created = new Date().toISOString();
  return {
    created,
    architecture: arch() === 'x64' ? 'amd64' : arch(),
    os: 'linux',
    config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Cmd: cmd },
    history: history.map(({ createdBy, isEmpty }) => ({
      created,
      created_by: createdBy,
      comment: 'estrato bootstrap',
      ...(isEmpty ? { empty_layer: true } : {}),
    })),
  };
}
