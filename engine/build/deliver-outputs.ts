import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { tarOfRoots, type StackRoot } from '#engine/inspect/tar-of-stack.ts';
import { formatPlatform } from '#engine/oci/platform.ts';

import type { Tell } from './build-event.ts';
import type { BuildOutput } from './build-output.ts';
import type { BuildRequest } from './build-request.ts';
import { builtArchive } from './built-archive.ts';
import { FoldersSource } from './folders-source.ts';
import { hasIndex, type BuiltImage } from './record-build.ts';
import type { SourceTree } from './source-tree.ts';
import { StackSource } from './stack-source.ts';

const words = { files: 'Sending the files', tar: 'Sending a tar of the files', archive: 'Sending the image' } as const;

/** Hands a build's result to whoever asked for it. @throws EngineError as it is delivered. */
export async function deliverOutputs(
  request: Pick<BuildRequest, 'outputs' | 'references'>,
  images: readonly BuiltImage[],
  { tell, signal }: { readonly tell: Tell; readonly signal: AbortSignal },
): Promise<void> {
  for (const output of request.outputs ?? []) {
    tell({ kind: 'notice', message: words[output.kind] });
    if (output.kind === 'files') await output.deliver(await treeOf(images), signal);
    else await output.deliver(bytesOf(output, images, request), signal);
  }
}

/** What an output can't hold is said before anything is built. @throws EngineError `unsupported`. */
export function refuseOutputs(request: BuildRequest): void {
  const { outputs = [], keepsImage = true, attest = {}, push = false } = request;
  const isArchived = outputs.some(({ kind }) => kind === 'archive');
  const isAttested = attest.sbom === true || attest.provenance !== undefined;
  if (isArchived && hasIndex(request))
    throw new EngineError(
      'unsupported',
      'An archive of a build holds one image: leave several platforms, --sbom and --provenance out, or push an image.',
    );
  if (!keepsImage && isAttested)
    throw new EngineError(
      'unsupported',
      '--sbom and --provenance are said of images: leave them out of other outputs.',
    );
  if (!keepsImage && push)
    throw new EngineError('invalid-argument', 'What is pushed is an image: ask for one, too (--output type=image).');
}

function bytesOf(
  output: Exclude<BuildOutput, { readonly kind: 'files' }>,
  images: readonly BuiltImage[],
  { references }: Pick<BuildRequest, 'references'>,
): AsyncIterable<Uint8Array> {
  const [first] = images;
  if (first === undefined) throw new EngineError('internal', 'The build came to no image.');
  if (output.kind === 'archive') return builtArchive(first, references, output.format);
  return tarOfRoots(first.session.parts.images.layers, rootsOf(images));
}

async function treeOf(images: readonly BuiltImage[]): Promise<SourceTree> {
  const roots = images.map(async (image, at): Promise<readonly [string, SourceTree]> => {
    const { layers } = image.session.parts.images;
    return [rootsOf(images)[at]?.folder ?? '', await StackSource.open(layers, diffIdsOf(image), 'the result')];
  });
  const [first, ...others] = await Promise.all(roots);
  if (first === undefined) throw new EngineError('internal', 'The build came to no image.');
  return others.length === 0 ? first[1] : new FoldersSource(new Map([first, ...others]));
}

/** Folders as BuildKit names them: `linux_arm64`. */
function rootsOf(images: readonly BuiltImage[]): readonly StackRoot[] {
  return images.map((image) => ({
    folder: images.length === 1 ? '' : formatPlatform(image.platform).replaceAll('/', '_'),
    diffIds: diffIdsOf(image),
  }));
}

function diffIdsOf({ layers }: BuiltImage): readonly Digest[] {
  return layers.map(({ diffId }) => diffId);
}
