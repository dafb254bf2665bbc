import type { RuntimeSettings } from '#engine/contract/container-options.ts';
import type { Database } from '#engine/metadata/database.ts';

import type { ContainerParts } from './container-parts.ts';

/** What was chosen to make the containers that ask for no other; undefined where nobody has. */
export function storedRuntime(database: Database): string | undefined {
  const stored = database.prepare('SELECT name FROM usual_runtime').get();
  return stored === undefined ? undefined : String(stored['name']);
}

export function runtimeSettings({ runtime }: Pick<ContainerParts, 'runtime'>): RuntimeSettings {
  return { usual: runtime.usual, available: [...runtime.paths.keys()] };
}

/** From here on, for this engine and those after it; a container keeps what it was made with. @throws EngineError `invalid-argument`. */
export function chooseUsualRuntime({ database, runtime }: ContainerParts, name: string): void {
  runtime.use(name);
  database.prepare('INSERT OR REPLACE INTO usual_runtime (id, name) VALUES (1, ?)').run(runtime.usual);
}
