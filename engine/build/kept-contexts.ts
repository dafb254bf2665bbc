import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { link, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { removeTree } from '#engine/async/remove-tree.ts';
import { replaceFile } from '#engine/async/replace-file.ts';

import type { BuildAside } from './build-aside.ts';
import { ContextSpool } from './context-spool.ts';
import type { KeptByBuilds } from './kept-by-builds.ts';
import type { ReceivedEntry } from './received-folder.ts';

/** Contexts that are kept, those of the latest builds. */
const MOST_CONTEXTS = 16;
/** Of all kept contexts together. */
const MOST_BYTES = 4 * 1024 * 1024 * 1024;
/** Bytes in a spool that may be of no use before it is begun anew. */
const WASTE_BYTES = 16 * 1024 * 1024;
/** Of a block of stat(2). */
const BLOCK_BYTES = 512;
/** A context with more files isn't kept: its index would cost more than it saves. */
const MOST_ENTRIES = 200_000;

const index = z.object({
  boot: z.string(),
  entries: z.array(
    z.object({
      entry: z.object({
        path: z.string(),
        type: z.literal('file'),
        mode: z.number(),
        uid: z.number(),
        gid: z.number(),
        mtime: z.number(),
        size: z.number(),
        linkTarget: z.string(),
      }),
      modTime: z.number(),
      digest: z.string(),
      offset: z.number(),
    }),
  ),
});

/** A context while it is received. */
export interface OpenContext extends AsyncDisposable {
  readonly spool: ContextSpool;
  /** What came is complete: the next build of the folder is sent only what differs. */
  keep(entries: readonly ReceivedEntry[]): Promise<void>;
}

/**
 * The files of folders that were built from, so that a client sends only those that changed: a directory for each
 * folder, with a spool that only grows and an index of it.
 *
 * A build reads by a link of its own to the spool: whatever becomes of the directory, its context stays as it is.
 * Bytes reach the disk by themselves, so that an index from before the machine's last start isn't believed.
 */
export class KeptContexts {
  readonly #dir: string;
  readonly #busy = new Set<string>();
  readonly #boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** @param sharedKey the client's word for the folder; without one nothing is kept. */
  async open(sharedKey: string, aside: Pick<BuildAside, 'place'>): Promise<OpenContext> {
    const key = createHash('sha256').update(sharedKey).digest('hex');
    // Somebody is sending the same folder at this moment: both are served, and one of the two is kept.
    if (sharedKey === '' || this.#busy.has(key)) return unkept(aside);
    this.#busy.add(key);
    await using undo = new AsyncDisposableStack();
    undo.defer(() => void this.#busy.delete(key));
    const dir = join(this.#dir, key);
    const place = aside.place();
    const spool = undo.use(await this.#spoolIn(dir, place));
    const owned = undo.move();
    return {
      spool,
      keep: async (entries) => {
        await spool.flush();
        await this.#write(dir, entries);
        await this.#prune(key);
      },
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  }

  async #spoolIn(dir: string, place: string): Promise<ContextSpool> {
    const path = join(dir, 'spool');
    const known = await this.#read(dir);
    if (known.size === 0) {
      await removeTree(dir);
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await writeFile(path, '', { mode: 0o600 });
    }
    await link(path, place);
    return ContextSpool.open(place, known);
  }

  /** What is in a spool; nothing where it can't be believed, or most of it is of no use any more. */
  async #read(dir: string): Promise<ReadonlyMap<string, ReceivedEntry>> {
    try {
      const { boot, entries } = index.parse(JSON.parse(await readFile(join(dir, 'index.json'), 'utf8')));
      const { size } = await stat(join(dir, 'spool'));
      const used = entries.reduce((sum, { entry }) => sum + entry.size, 0);
      const isWhole = entries.every(({ entry, offset }) => offset + entry.size <= size);
      if (boot !== this.#boot || !isWhole || size > 2 * used + WASTE_BYTES) return new Map();
      return new Map(entries.map((each) => [each.entry.path, each]));
    } catch {
      return new Map();
    }
  }

  async #write(dir: string, entries: readonly ReceivedEntry[]): Promise<void> {
    const files = entries.filter(({ entry }) => entry.type === 'file');
    if (files.length > MOST_ENTRIES) return;
    const index = JSON.stringify({ boot: this.#boot, entries: files });
    await replaceFile(join(dir, 'index.json'), index, { mode: 0o600 });
    await utimes(dir, new Date(), new Date());
  }

  /** What a killed engine was receiving, or removing. */
  async sweep(): Promise<void> {
    for (const name of await this.#names()) {
      if (isKey(name) && existsSync(join(this.#dir, name, 'index.json'))) continue;
      await removeTree(join(this.#dir, name));
    }
  }

  async list(): Promise<readonly KeptByBuilds[]> {
    return Promise.all((await this.#names()).filter(isKey).map((id) => this.#measure(id)));
  }

  /** Removes what nobody is sending. @param unusedSince unix milliseconds: what was used later stays. @returns freed bytes. */
  async prune(unusedSince: number): Promise<number> {
    let freedBytes = 0;
    for (const { id, bytes, usedAt } of await this.list()) {
      if (usedAt < unusedSince && (await this.#remove(id))) freedBytes += bytes;
    }
    return freedBytes;
  }

  /** The latest stay, as far as there is room. */
  async #prune(justKept: string): Promise<void> {
    let sum = 0;
    const kept = (await this.list()).toSorted((one, other) => other.usedAt - one.usedAt);
    for (const [at, { id, bytes }] of kept.entries()) {
      sum += bytes;
      if (at >= MOST_CONTEXTS || sum > MOST_BYTES) await this.#remove(id, justKept);
    }
  }

  /** At once out of its name: who comes meanwhile begins anew. @param mine may be in use. @returns whether it is gone. */
  async #remove(id: string, mine?: string): Promise<boolean> {
    if ((this.#busy.has(id) && id !== mine) || !existsSync(join(this.#dir, id))) return false;
    const gone = join(this.#dir, `${id}.${randomUUID()}`);
    renameSync(join(this.#dir, id), gone);
    await removeTree(gone);
    return true;
  }

  async #measure(id: string): Promise<KeptByBuilds> {
    const dir = join(this.#dir, id);
    const found = await Promise.all(
      ['', 'spool', 'index.json'].map((name) => stat(join(dir, name)).catch(() => undefined)),
    );
    const bytes = found.reduce((sum, about) => sum + (about?.blocks ?? 0) * BLOCK_BYTES, 0);
    return { id, bytes, usedAt: found[0]?.mtimeMs ?? 0, isInUse: this.#busy.has(id) };
  }

  async #names(): Promise<readonly string[]> {
    return existsSync(this.#dir) ? readdir(this.#dir) : [];
  }
}

function isKey(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

async function unkept(aside: Pick<BuildAside, 'place'>): Promise<OpenContext> {
  const spool = await ContextSpool.open(aside.place());
  return {
    spool,
    keep: () => spool.flush(),
    [Symbol.asyncDispose]: () => spool[Symbol.asyncDispose](),
  };
}
