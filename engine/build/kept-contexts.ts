import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { replaceFile } from '#engine/async/replace-file.ts';
import type { BuildAside } from '#engine/build/build-aside.ts';

import { ContextSpool } from './context-spool.ts';
import type { ReceivedEntry } from './received-folder.ts';

/** Contexts that are kept, those of the latest builds. */
const MOST_CONTEXTS = 16;
/** Of all kept contexts together. */
const MOST_BYTES = 4 * 1024 * 1024 * 1024;
/** Bytes in a spool that may be of no use before it is begun anew. */
const WASTE_BYTES = 16 * 1024 * 1024;
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
      await rm(dir, { recursive: true, force: true });
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

  /** The latest stay, as far as there is room. */
  async #prune(justKept: string): Promise<void> {
    const kept = await Promise.all((await readdir(this.#dir)).map((key) => this.#measure(key)));
    let bytes = 0;
    for (const [at, { key, size }] of kept.toSorted((one, other) => other.usedAt - one.usedAt).entries()) {
      bytes += size;
      const isOver = at >= MOST_CONTEXTS || bytes > MOST_BYTES;
      if (isOver && (key === justKept || !this.#busy.has(key)))
        await rm(join(this.#dir, key), { recursive: true, force: true });
    }
  }

  async #measure(key: string): Promise<{ readonly key: string; readonly size: number; readonly usedAt: number }> {
    const dir = join(this.#dir, key);
    const spool = await stat(join(dir, 'spool')).catch(() => undefined);
    const self = await stat(dir).catch(() => undefined);
    return { key, size: spool?.size ?? 0, usedAt: self?.mtimeMs ?? 0 };
  }
}

async function unkept(aside: Pick<BuildAside, 'place'>): Promise<OpenContext> {
  const spool = await ContextSpool.open(aside.place());
  return {
    spool,
    keep: () => spool.flush(),
    [Symbol.asyncDispose]: () => spool[Symbol.asyncDispose](),
  };
}
