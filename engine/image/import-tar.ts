import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { decompressed } from '#engine/archive/decompress.ts';
import { explainWriteFailure } from '#engine/content/file-failures.ts';
import { untilAborted } from '#engine/content/until-aborted.ts';
import type { Digest } from '#engine/contract/digest.ts';
import type { Platform, PullProgress } from '#engine/contract/image.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Reference } from '#engine/contract/reference.ts';

import { applyInstructions } from './apply-instructions.ts';
import { hostPlatform } from './choose-manifest.ts';
import type { ImageParts } from './image-parts.ts';
import { importLayerImage } from './import-layer-image.ts';

export interface ImportedTar {
  /** Where it comes from, for people: `root.tar`. */
  readonly from: string;
  /** The tar, compressed or not. */
  readonly source: AsyncIterable<Uint8Array>;
  readonly reference?: Reference | undefined;
  readonly message?: string | undefined;
  /** Instructions of a Dockerfile that change the config. */
  readonly changes: readonly string[];
  readonly platform?: Platform | undefined;
}

/**
 * Makes an image of one layer of a tar of a root file system.
 *
 * @returns its id.
 * @throws EngineError `corrupt` for what is no tar, `invalid-argument` for changes that aren't understood.
 */
export async function importTar(
  parts: ImageParts,
  tar: ImportedTar,
  onProgress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<Digest> {
  const { from, source, reference, changes, platform = hostPlatform } = tar;
  if (reference?.digest !== undefined) {
    throw new EngineError('invalid-argument', 'cannot import digest reference');
  }
  // Refused before anything is read.
  const config = applyInstructions({}, changes);
  const comment = tar.message ?? `Imported from ${from}`;
  const created = new Date().toISOString();
  await using spool = await spooled(parts.temporaryDir, source, signal);
  const image = {
    tars: [spool.path],
    config: { created, comment, ...platform, config, history: [{ created, comment }] },
    references: reference === undefined ? [] : [reference],
    origin: { kind: 'import', from } as const,
  };
  return await importLayerImage(parts, image, onProgress, signal);
}

/** Uncompressed, since a layer is called after its uncompressed bytes. */
async function spooled(
  above: string,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<AsyncDisposable & { readonly path: string }> {
  await using undo = new AsyncDisposableStack();
  const dir = await mkdtemp(join(above, 'import-'));
  undo.defer(() => rm(dir, { recursive: true, force: true }));
  const path = join(dir, 'layer.tar');
  try {
    await using file = await open(path, 'wx', 0o600);
    for await (const chunk of decompressed(untilAborted(source, signal))) await file.writeFile(chunk);
  } catch (error) {
    throw explained(error);
  }
  const owned = undo.move();
  return { path, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function explained(error: unknown): unknown {
  if (!(error instanceof EngineError) || !['corrupt', 'too-large'].includes(error.code))
    return explainWriteFailure(error, 'the tar');
  return new EngineError(error.code, `The tar can't be used: ${error.message}; make or download it again.`, {
    cause: error,
  });
}
