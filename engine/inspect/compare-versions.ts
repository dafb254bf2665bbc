import { readChangedFile } from '#engine/container/container-changes.ts';
import type { ContainerParts } from '#engine/container/container-parts.ts';
import type { Digest } from '#engine/contract/digest.ts';
import type { Params } from '#engine/contract/methods.ts';
import type { FileDiff, FileVersion } from '#engine/contract/file-diff.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { resolveImage } from '#engine/image/resolve-image.ts';
import { asText } from '#engine/layer/preview-bytes.ts';
import { readStackFile, type FileBeginning } from '#engine/layer/read-layer-file.ts';

import type { Comparisons } from './comparisons.ts';
import { readSideFile } from './read-side-file.ts';
import { runDiffWorker } from './run-diff-worker.ts';

/** More than this of a file isn't compared. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Who has versions of files. */
export interface VersionParts {
  readonly containers: ContainerParts;
  readonly comparisons: Comparisons;
}

/**
 * How one version of a file differs from another, line by line.
 *
 * @throws EngineError `not-found`, or `invalid-argument` for what isn't a file.
 */
export async function compareVersions(
  parts: VersionParts,
  { before, now }: Params<'inspect.fileDiff'>,
  signal: AbortSignal,
): Promise<FileDiff> {
  const [one, two] = await Promise.all([readVersion(parts, before), readVersion(parts, now)]);
  const told = (kind: FileDiff['kind']): FileDiff => ({
    kind,
    hunks: [],
    isCut: false,
    beforeBytes: one.size,
    nowBytes: two.size,
  });
  if (one.size > MOST_BYTES || two.size > MOST_BYTES) return told('too-large');
  if (Buffer.compare(one.bytes, two.bytes) === 0) return told('same');
  const texts = [asText(one.bytes, false), asText(two.bytes, false)];
  if (texts[0] === undefined || texts[1] === undefined) return told('binary');
  return { ...told('text'), ...(await runDiffWorker({ before: texts[0], now: texts[1] }, signal)) };
}

async function readVersion(
  { containers: parts, comparisons }: VersionParts,
  version: FileVersion,
): Promise<FileBeginning> {
  if (version.kind === 'compared') {
    const side = comparisons.find(version.comparison)[version.side];
    return readSideFile(parts.layers, side, { path: version.path, limit: MOST_BYTES });
  }
  if (version.kind === 'container') {
    const file = await readChangedFile(parts, version.id, version.path, MOST_BYTES);
    if (file !== undefined) return file;
    throw new EngineError('not-found', `There is no file ${version.path} in the container.`);
  }
  const diffIds = await stackOf(parts, version);
  return readStackFile(parts.layers, diffIds, version.path, MOST_BYTES);
}

async function stackOf(
  { images, table }: ContainerParts,
  version: Exclude<FileVersion, { kind: 'container' | 'compared' }>,
): Promise<readonly Digest[]> {
  if (version.kind === 'container-began') return (await resolveImage(images, table.find(version.id).imageId)).diffIds;
  return (await resolveImage(images, version.image)).diffIds.slice(0, version.to + 1);
}
