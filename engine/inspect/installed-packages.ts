import type { Distribution, InstalledPackage, PackagePage, UnreadPackages } from '#engine/contract/package.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { digestHex } from '#engine/contract/digest.ts';
import { textPieces } from '#engine/contract/text-pieces.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { resolveImage } from '#engine/image/resolve-image.ts';
import { spdxDocument } from '#engine/sbom/spdx-document.ts';

import type { InspectThread } from './inspect-thread.ts';
import type { PackageFilePlace } from './package-files.ts';
import { indexPaths } from './why-big.ts';

export interface PackageParts {
  readonly images: ImageParts;
  readonly thread: InspectThread;
}

/** Everything that a stack's files list as installed. */
export interface ImagePackages {
  readonly packages: readonly InstalledPackage[];
  readonly unread: readonly UnreadPackages[];
  readonly distribution?: Distribution | undefined;
}

/** What an image's files list as installed, as it is found. @throws EngineError `not-found` for a name that leads to no image. */
export async function* imagePackages(
  parts: PackageParts,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<PackagePage> {
  const { diffIds } = await resolveImage(parts.images, name);
  yield* pagesOf(parts, diffIds, signal);
}

/** The same as an SPDX document, in pieces. @throws EngineError `not-found` for a name that leads to no image. */
export async function* imageSbom(
  parts: PackageParts & { readonly version: string },
  name: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const { id, diffIds, config } = await resolveImage(parts.images, name);
  const contents = await stackPackages(parts, diffIds, signal);
  const about = { image: name, digest: digestHex(id), created: config.created ?? BEGINNING, version: parts.version };
  yield* textPieces(`${JSON.stringify(spdxDocument({ ...about, ...contents }), undefined, 2)}\n`);
}

/** Of an image that says nothing of its age. */
const BEGINNING = '1970-01-01T00:00:00Z';

/** @param diffIds base first. */
export async function stackPackages(
  parts: PackageParts,
  diffIds: readonly Digest[],
  signal: AbortSignal,
): Promise<ImagePackages> {
  const packages: InstalledPackage[] = [];
  const unread: UnreadPackages[] = [];
  let distribution: Distribution | undefined;
  for await (const page of pagesOf(parts, diffIds, signal)) {
    packages.push(...page.packages);
    unread.push(...page.unread);
    distribution = page.distribution;
  }
  return { packages, unread, distribution };
}

async function* pagesOf(
  { images, thread }: PackageParts,
  diffIds: readonly Digest[],
  signal: AbortSignal,
): AsyncGenerator<PackagePage> {
  const found = await thread.ask('packageFiles', indexPaths(images.layers, diffIds), signal);
  const files: PackageFilePlace[] = [];
  for (const { layer, entry, path } of found) {
    const diffId = diffIds[layer];
    const place = diffId === undefined ? undefined : await images.layers.place(diffId, entry);
    if (place !== undefined) files.push({ layer, path, place });
  }
  yield* thread.stream('packages', { files, directory: images.temporaryDir }, signal);
}
