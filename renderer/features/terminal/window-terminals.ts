import { appStores } from '#renderer/stores/app-context.ts';

import { readLook } from './terminal-look.ts';
import { TerminalPool } from './terminal-pool.ts';

let pool: TerminalPool | undefined;

/** The window's terminals; they look as the page does, and follow it. */
export function windowTerminals(): TerminalPool {
  pool ??= createPool();
  return pool;
}

function createPool(): TerminalPool {
  const { sessions, settings, terminalSettings } = appStores();
  const created = new TerminalPool(sessions, () => readLook(terminalSettings.getState()));
  const dress = (): void => created.dress();
  settings.subscribe(dress);
  terminalSettings.subscribe(dress);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', dress);
  return created;
}
