import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { z } from 'zod';

const settings = z.object({
  /** Where the window was: DIPs of the screen. */
  window: z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int(), isMaximized: z.boolean() }).optional(),
});
export type Settings = z.infer<typeof settings>;

/** What the desktop remembers between two starts: a file that is whole or the one before. */
export class SettingsFile {
  readonly #path: string;
  #current: Settings;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, current: Settings) {
    this.#path = path;
    this.#current = current;
  }

  /** One that is missing, or that isn't understood, is empty: nothing in it is worth not starting for. */
  static async open(path: string): Promise<SettingsFile> {
    const parsed = settings.safeParse(await readJson(path));
    return new SettingsFile(path, parsed.success ? parsed.data : {});
  }

  get current(): Settings {
    return this.#current;
  }

  /** Writes one after the other; resolves when this one is on disk. */
  change(part: Partial<Settings>): Promise<void> {
    this.#current = { ...this.#current, ...part };
    this.#writing = this.#writing.then(
      () => this.#write(),
      () => this.#write(),
    );
    return this.#writing;
  }

  /** Resolves when all that was changed is on disk. @throws Error when the last of it could not be written. */
  written(): Promise<void> {
    return this.#writing;
  }

  async #write(): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    await writeFile(`${this.#path}.partial`, `${JSON.stringify(this.#current, null, 2)}\n`, { mode: 0o600 });
    await rename(`${this.#path}.partial`, this.#path);
  }
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return {};
  }
}
