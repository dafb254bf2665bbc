import { logSettings, type LogSettings } from '#engine/contract/log.ts';
import type { Database } from '#engine/metadata/database.ts';

/** As Docker's driver `local` has it: enough to look back, and no container fills a disk. */
const defaults: LogSettings = { maxBytes: 20e6, maxFiles: 5 };

export function readLogSettings(database: Database): LogSettings {
  const rows = database.prepare('SELECT name, value FROM log_settings').all();
  const chosen = Object.fromEntries(rows.map(({ name, value }) => [String(name), value]));
  return logSettings.parse({ ...defaults, ...chosen });
}

/** What is left out stays as it is. A container that runs has what it was started with. */
export function changeLogSettings(
  database: Database,
  changes: { readonly [K in keyof LogSettings]?: LogSettings[K] | undefined },
): LogSettings {
  const write = database.prepare('INSERT OR REPLACE INTO log_settings (name, value) VALUES (?, ?)');
  for (const [name, value] of Object.entries(changes)) if (value !== undefined) write.run(name, value);
  return readLogSettings(database);
}
