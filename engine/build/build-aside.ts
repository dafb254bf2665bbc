import { createHash } from 'node:crypto';
import { mkdtemp, open } from 'node:fs/promises';
import { join } from 'node:path';

import { fetch } from 'undici';

import { removeTree } from '#engine/async/remove-tree.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { IgnoreRules } from '#engine/dockerfile/ignore-rules.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { fileChunks } from '#engine/layer/file-chunks.ts';

import type { Aside, Downloaded } from './add-sources.ts';
import { FolderMemory } from './folder-memory.ts';
import { FolderSource } from './folder-source.ts';
import { gitCheckout } from './git-checkout.ts';
import type { GitPlace } from './git-place.ts';
import { fileMaterial, gitMaterial, type Material } from './materials.ts';
import type { RemoteContext } from './named-context.ts';
import { missingSource, partsOf, resolveSource, type SourceTree } from './source-tree.ts';
import { TarSource } from './tar-source.ts';

interface RepositoryOptions {
  /** Whether `.git` stays (ADD --keep-git-dir). */
  readonly keepsHistory?: boolean;
  readonly ignored?: IgnoreRules;
}

/** A directory for what a build brings from elsewhere; gone when the build is over. */
export class BuildAside implements Aside, AsyncDisposable {
  readonly #dir: string;
  readonly #signal: AbortSignal;
  readonly #downloads = new Map<string, Promise<Downloaded>>();
  readonly #checkouts = new Map<string, Promise<string>>();
  readonly #images: ImageParts;
  readonly #materials: Material[] = [];
  #count = 0;

  private constructor(images: ImageParts, dir: string, signal: AbortSignal) {
    this.#images = images;
    this.#dir = dir;
    this.#signal = signal;
  }

  static async open(images: ImageParts, signal: AbortSignal): Promise<BuildAside> {
    return new BuildAside(images, await mkdtemp(join(images.temporaryDir, 'build-')), signal);
  }

  /** What was fetched so far. */
  get materials(): readonly Material[] {
    return this.#materials;
  }

  /** A path where there is nothing yet. */
  place(): string {
    this.#count += 1;
    return join(this.#dir, `${this.#count}`);
  }

  archive(source: AsyncIterable<Uint8Array>, name: string): Promise<TarSource> {
    return TarSource.receive(source, { name, spool: this.place(), hasAttributes: true, signal: this.#signal });
  }

  /**
   * The same of a tar that is a context. Of those no builder takes extended attributes along, and whatever way a folder
   * comes, what is made of it is the same.
   */
  context(source: AsyncIterable<Uint8Array>, name: string): Promise<TarSource> {
    return TarSource.receive(source, { name, spool: this.place(), hasAttributes: false, signal: this.#signal });
  }

  download(url: string): Promise<Downloaded> {
    const known = this.#downloads.get(url) ?? this.#fetch(url);
    this.#downloads.set(url, known);
    return known;
  }

  /** What a remote context holds: a repository's directory, or what is in a tar. @throws EngineError naming the address. */
  async remote(context: RemoteContext): Promise<SourceTree> {
    if (context.kind === 'git') return this.repository(context.place);
    return this.context((await this.download(context.url)).open(), context.url);
  }

  /** @param ignored what a `.dockerignore` leaves out. */
  async repository(
    place: GitPlace,
    { keepsHistory = false, ignored = new IgnoreRules('') }: RepositoryOptions = {},
  ): Promise<SourceTree> {
    const { url, ref = '', directory } = place;
    const key = JSON.stringify([url, ref, keepsHistory]);
    const checkout = this.#checkouts.get(key) ?? this.#checkOut(place, keepsHistory);
    this.#checkouts.set(key, checkout);
    const root = await checkout;
    const open = (path: string): FolderSource =>
      new FolderSource(new FolderMemory(this.#images.database, path), ignored, url);
    if (partsOf(directory).length === 0) return open(root);
    // Its links lead nowhere outside of it.
    const whole = open(root);
    const found = await resolveSource(whole, directory);
    if (found?.type !== 'directory') throw missingSource(directory, whole);
    return open(join(root, found.path));
  }

  async #checkOut(place: GitPlace, keepsHistory: boolean): Promise<string> {
    const into = this.place();
    const commit = await gitCheckout(place, { into, keepsHistory, signal: this.#signal });
    this.#materials.push(gitMaterial(place, commit));
    return into;
  }

  async #fetch(url: string): Promise<Downloaded> {
    try {
      const answer = await fetch(url, { signal: this.#signal });
      if (!answer.ok || answer.body === null)
        throw new Error(`the server answers ${answer.status} ${answer.statusText}`);
      const path = this.place();
      const hash = createHash('sha256');
      let size = 0;
      await using file = await open(path, 'wx', 0o600);
      for await (const bytes of answer.body) {
        if (!(bytes instanceof Uint8Array)) continue;
        hash.update(bytes);
        size += bytes.length;
        await file.writeFile(bytes);
      }
      const said = Date.parse(answer.headers.get('last-modified') ?? '');
      const mtime = Number.isFinite(said) ? Math.floor(said / 1000) : 0;
      const digest = hash.digest('hex');
      this.#materials.push(fileMaterial(url, digest));
      return { size, digest, mtime, open: () => fileChunks({ path, offset: 0, size }) };
    } catch (cause) {
      if (this.#signal.aborted) throw cause;
      const reason =
        cause instanceof Error
          ? ((cause.cause instanceof Error ? cause.cause.message : undefined) ?? cause.message)
          : String(cause);
      throw new EngineError('unavailable', `${url} could not be fetched: ${reason}.`, { cause });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeTree(this.#dir);
  }
}
