import { readFileSync } from 'node:fs';

import { z } from 'zod';

import { replaceFile } from '#engine/async/replace-file.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { errorCode } from './failures.ts';

const login = z.union([
  z.object({ username: z.string(), password: z.string() }),
  z.object({ token: z.string() }),
  /** In a keychain, which `docker-credential-HELPER` asks. */
  z.object({ username: z.string(), helper: z.string() }),
  /** By a key that a desktop's keychain has, and not this file. */
  z.object({ username: z.string(), sealed: z.object({ by: z.string(), box: z.string() }) }),
]);

const settings = z.object({
  /** `mirror.example:5000`, `mirror.example/hub`: copies to read from, in this order, before the registry itself. */
  mirrors: z.array(z.string()).optional(),
  /** Any certificate will do, and plain HTTP where there is no HTTPS. */
  insecure: z.boolean().optional(),
  /** Who may vouch for it besides whom the system trusts: PEM. */
  authorities: z.string().optional(),
  /** Whom to go through instead of what the environment says: an address, or `none`. */
  proxy: z.string().optional(),
});
const knownRegistry = settings.extend({ login: login.optional() });

/** What is undefined is said no more. */
type Sayings<T> = { readonly [K in keyof T]?: T[K] | undefined };
export type RegistrySettings = Sayings<z.infer<typeof settings>>;
export type KnownRegistry = Sayings<z.infer<typeof knownRegistry>>;
export type KeptLogin = z.infer<typeof login>;

const document = z.object({ registries: z.record(z.string(), knownRegistry) });

/**
 * What people have said about registries, by their host names: one JSON document that only its owner reads (mode 0600). Held in
 * memory, and written whole under another name before it takes the place of the one before.
 */
export class KnownRegistries {
  readonly #path: string;
  #entries: ReadonlyMap<string, KnownRegistry>;
  #writing: Promise<unknown> = Promise.resolve();

  /** @throws EngineError `corrupt` when the file is there and can't be read: what it says must not be overwritten. */
  constructor(path: string) {
    this.#path = path;
    this.#entries = read(path);
  }

  get(registry: string): KnownRegistry {
    return this.#entries.get(registry) ?? {};
  }

  /** Sorted by name. */
  all(): readonly (readonly [registry: string, known: KnownRegistry])[] {
    return [...this.#entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  /** One after the other; durable when it returns. An entry that says nothing any more goes. */
  async change(registry: string, change: (known: KnownRegistry) => KnownRegistry): Promise<void> {
    const work = this.#writing.then(async () => {
      const changed = new Map(this.#entries).set(registry, change(this.get(registry)));
      if (Object.values(changed.get(registry) ?? {}).every((value) => value === undefined)) changed.delete(registry);
      await write(this.#path, changed);
      this.#entries = changed;
    });
    this.#writing = work.catch(() => undefined);
    await work;
  }
}

function read(path: string): ReadonlyMap<string, KnownRegistry> {
  try {
    return new Map(Object.entries(document.parse(JSON.parse(readFileSync(path, 'utf8'))).registries));
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return new Map();
    throw new EngineError(
      'corrupt',
      `${path}, where what is known of registries is kept, can't be read; put it right, or remove it and log in again.`,
      { cause },
    );
  }
}

async function write(path: string, entries: ReadonlyMap<string, KnownRegistry>): Promise<void> {
  const text = `${JSON.stringify({ registries: Object.fromEntries(entries) }, undefined, 2)}\n`;
  await replaceFile(path, text, { mode: 0o600, flush: true });
}
