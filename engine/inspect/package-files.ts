import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

import { isMissing } from '#engine/content/file-failures.ts';
import type { Distribution, InstalledPackage, PackagePage, UnreadPackages } from '#engine/contract/package.ts';
import { fileChunks } from '#engine/layer/file-chunks.ts';
import type { FilePlace } from '#engine/layer/layer-store.ts';
import type { StackTree } from '#engine/layer/stack-tree.ts';
import { apkPackages } from '#engine/sbom/apk-packages.ts';
import { dpkgPackages } from '#engine/sbom/dpkg-packages.ts';
import type { FoundPackage } from '#engine/sbom/found-package.ts';
import { npmPackage } from '#engine/sbom/npm-package.ts';
import { readOsRelease } from '#engine/sbom/os-release.ts';
import { databaseAt, mayBeDatabase, type PackageDatabase } from '#engine/sbom/package-database.ts';
import { pythonPackage } from '#engine/sbom/python-package.ts';
import { rpmPackages } from '#engine/sbom/rpm-packages.ts';

/** A file that an image shows and that says what is installed. */
export interface PackageFile {
  readonly layer: number;
  readonly entry: number;
  readonly path: string;
}

/** The same with its bytes. */
export interface PackageFilePlace extends Pick<PackageFile, 'layer' | 'path'> {
  readonly place: FilePlace;
}

/** More files are an attack, or nothing that anybody reads. */
const MOST_FILES = 50_000;
const MOST_PACKAGES = 200_000;
/** Packages of one part of the answer. */
const PAGE = 500;

/** By their paths alone, in the order of the tree. What is beyond the bound is left out. */
export function packageFiles(tree: StackTree): readonly PackageFile[] {
  const files: PackageFile[] = [];
  const top = tree.indexes.length - 1;
  for (let node = 1; node < tree.count && files.length <= MOST_FILES; node += 1) {
    if (!mayBeDatabase(tree.name(node), tree.name(tree.parent(node)))) continue;
    const place = tree.placeOf(tree.eventAt(node, top));
    const type = place?.index.type(place.entry);
    if (place === undefined || (type !== 'file' && type !== 'hardlink')) continue;
    const path = tree.path(node);
    if (databaseAt(path) !== undefined) files.push({ layer: place.layer, entry: place.entry, path });
  }
  return files;
}

/** What the files list, page by page; the last page says what couldn't be read. @param directory for what has to be copied out. */
export async function* packagesIn(
  files: readonly PackageFilePlace[],
  directory: string,
): AsyncGenerator<{ readonly value: PackagePage; readonly isLast: boolean }> {
  const reader = new PackageReader(directory);
  let packages: InstalledPackage[] = [];
  for await (const found of reader.read(files)) {
    packages.push(found);
    if (packages.length < PAGE) continue;
    yield { value: { packages, unread: [] }, isLast: false };
    packages = [];
  }
  yield { value: { packages, ...reader.said }, isLast: true };
}

/** Reads one file after the other; what one can't say keeps nothing of the others back. */
class PackageReader {
  readonly #directory: string;
  readonly #unread: UnreadPackages[] = [];
  #distribution: Distribution | undefined;
  #count = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** What there is to say beside the packages. */
  get said(): Omit<PackagePage, 'packages'> {
    const distribution = this.#distribution;
    return { unread: this.#unread, ...(distribution === undefined ? {} : { distribution }) };
  }

  async *read(files: readonly PackageFilePlace[]): AsyncGenerator<InstalledPackage> {
    for (const [at, { path, layer, place }] of files.entries()) {
      const database = databaseAt(path);
      const reason = at >= MOST_FILES || this.#count >= MOST_PACKAGES ? 'too-many' : refusal(database, place);
      if (reason !== undefined) this.#unread.push({ path, reason });
      else if (database?.form === 'os-release') this.#distribution ??= readOsRelease(await text(fileChunks(place)));
      else if (database !== undefined)
        for await (const found of this.#listed(database.form, { path, place })) yield { ...found, path, layer };
    }
  }

  async *#listed(
    form: PackageDatabase['form'],
    { path, place }: Pick<PackageFilePlace, 'path' | 'place'>,
  ): AsyncGenerator<FoundPackage> {
    try {
      for await (const found of listed(form, place, this.#directory)) {
        this.#count += 1;
        yield found;
      }
    } catch (error) {
      // A layer that is removed meanwhile ends the whole; a file that somebody made so is told of.
      if (isMissing(error)) throw error;
      this.#unread.push({ path, reason: 'damaged' });
    }
  }
}

function refusal(database: PackageDatabase | undefined, { size }: FilePlace): UnreadPackages['reason'] | undefined {
  if (database?.form === 'rpm-other') return 'unknown-form';
  return size > (database?.mostBytes ?? 0) ? 'too-large' : undefined;
}

async function* listed(
  form: PackageDatabase['form'],
  place: FilePlace,
  directory: string,
): AsyncGenerator<FoundPackage> {
  switch (form) {
    case 'dpkg':
      yield* dpkgPackages(await text(fileChunks(place)));
      break;
    case 'apk':
      yield* apkPackages(await text(fileChunks(place)));
      break;
    case 'rpm-sqlite':
      yield* rpmIn(place, directory);
      break;
    case 'npm':
      yield* known(npmPackage(await text(fileChunks(place))));
      break;
    case 'python':
      yield* known(pythonPackage(await text(fileChunks(place))));
      break;
    case 'rpm-other':
    case 'os-release':
  }
}

function known(found: FoundPackage | undefined): readonly FoundPackage[] {
  return found === undefined ? [] : [found];
}

/** SQLite wants a file of its own: in a layer that is a tar it begins somewhere in the middle. */
async function* rpmIn(place: FilePlace, directory: string): AsyncGenerator<FoundPackage> {
  await using undo = new AsyncDisposableStack();
  const dir = await mkdtemp(join(directory, 'rpm-'));
  undo.defer(() => rm(dir, { recursive: true, force: true }));
  const copy = join(dir, 'rpmdb.sqlite');
  await pipeline(fileChunks(place), createWriteStream(copy, { flags: 'wx', mode: 0o600 }));
  yield* rpmPackages(copy);
}
