import { createHash } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { fetch } from 'undici';

import { EngineError } from '#engine/contract/errors.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { fileChunks } from '#engine/layer/file-chunks.ts';

import type { Aside, Downloaded } from './add-sources.ts';
import type { SourceTree } from './source-tree.ts';
import { TarSource } from './tar-source.ts';

/** A directory for what a build brings from elsewhere; gone when the build is over. */
export class BuildAside implements Aside, AsyncDisposable {
  readonly #dir: string;
  readonly #signal: AbortSignal;
  readonly #downloads = new Map<string, Promise<Downloaded>>();
  #count = 0;

  private constructor(dir: string, signal: AbortSignal) {
    this.#dir = dir;
    this.#signal = signal;
  }

  static async open({ temporaryDir }: ImageParts, signal: AbortSignal): Promise<BuildAside> {
    return new BuildAside(await mkdtemp(join(temporaryDir, 'build-')), signal);
  }

  /** A path where there is nothing yet. */
  place(): string {
    this.#count += 1;
    return join(this.#dir, `${this.#count}`);
  }

  archive(source: AsyncIterable<Uint8Array>, name: string): Promise<SourceTree> {
    return TarSource.receive(source, { name, spool: this.place(), signal: this.#signal });
  }

  download(url: string): Promise<Downloaded> {
    const known = this.#downloads.get(url) ?? this.#fetch(url);
    this.#downloads.set(url, known);
    return known;
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
      return { size, digest: hash.digest('hex'), mtime, open: () => fileChunks({ path, offset: 0, size }) };
    } catch (cause) {
      if (this.#signal.aborted) throw cause;
      const reason =
        cause instanceof Error
          ? ((cause.cause instanceof Error ? cause.cause.message : undefined) ?? cause.message)
          : String(cause);
      throw new EngineError('unavailable', `ADD could not fetch ${url}: ${reason}.`, { cause });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#dir, { recursive: true, force: true });
  }
}
