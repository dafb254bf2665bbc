import { createStore, type StoreApi } from 'zustand/vanilla';

export interface ShellChoice {
  readonly command: string;
  readonly user: string;
  readonly workingDir: string;
}

/** How terminals look and behave in this window; kept in the browser's storage. */
export interface TerminalSettings {
  /** CSS pixels. */
  readonly fontSize: number;
  readonly copyOnSelect: boolean;
  readonly screenReader: boolean;
  /** The last new terminal that was opened, by image id. */
  readonly lastShells: Readonly<Record<string, ShellChoice>>;
}

export interface TerminalSettingsState extends TerminalSettings {
  readonly zoom: (direction: 'in' | 'out' | 'reset') => void;
  readonly change: (settings: Partial<Pick<TerminalSettings, 'copyOnSelect' | 'screenReader'>>) => void;
  readonly rememberShell: (imageId: string, choice: ShellChoice) => void;
}

export type TerminalSettingsStore = StoreApi<TerminalSettingsState>;

const STORAGE_KEY = 'estrato.terminal';
const DEFAULT_FONT_SIZE = 13;
const SMALLEST_FONT_SIZE = 8;
const LARGEST_FONT_SIZE = 32;
const MOST_REMEMBERED = 50;

export function createTerminalSettingsStore(storage: Pick<Storage, 'getItem' | 'setItem'>): TerminalSettingsStore {
  const store = createStore<TerminalSettingsState>()((set) => ({
    ...readSettings(storage),
    zoom: (direction) => set(({ fontSize }) => ({ fontSize: zoomed(fontSize, direction) })),
    change: (settings) => set(settings),
    rememberShell: (imageId, choice) =>
      set(({ lastShells }) => {
        const others = Object.entries(lastShells).filter(([id]) => id !== imageId);
        return { lastShells: { [imageId]: choice, ...Object.fromEntries(others.slice(0, MOST_REMEMBERED - 1)) } };
      }),
  }));
  store.subscribe(({ fontSize, copyOnSelect, screenReader, lastShells }) => {
    try {
      storage.setItem(STORAGE_KEY, JSON.stringify({ fontSize, copyOnSelect, screenReader, lastShells }));
    } catch {
      // A full or forbidden storage costs the memory of the choice, not the choice.
    }
  });
  return store;
}

function zoomed(fontSize: number, direction: 'in' | 'out' | 'reset'): number {
  if (direction === 'reset') return DEFAULT_FONT_SIZE;
  const next = direction === 'in' ? fontSize + 1 : fontSize - 1;
  return Math.min(LARGEST_FONT_SIZE, Math.max(SMALLEST_FONT_SIZE, next));
}

function readSettings(storage: Pick<Storage, 'getItem'>): TerminalSettings {
  const stored = parseObject(storage);
  const fontSize = stored['fontSize'];
  const isSize = typeof fontSize === 'number' && fontSize >= SMALLEST_FONT_SIZE && fontSize <= LARGEST_FONT_SIZE;
  return {
    fontSize: isSize ? Math.round(fontSize) : DEFAULT_FONT_SIZE,
    copyOnSelect: stored['copyOnSelect'] === true,
    screenReader: stored['screenReader'] === true,
    lastShells: readShells(stored['lastShells']),
  };
}

function parseObject(storage: Pick<Storage, 'getItem'>): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(storage.getItem(STORAGE_KEY) ?? '{}');
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readShells(value: unknown): Readonly<Record<string, ShellChoice>> {
  if (!isObject(value)) return {};
  const shells: Record<string, ShellChoice> = {};
  for (const [image, choice] of Object.entries(value)) {
    if (!isObject(choice)) continue;
    const { command, user, workingDir } = choice;
    if (typeof command !== 'string' || typeof user !== 'string' || typeof workingDir !== 'string') continue;
    shells[image] = { command, user, workingDir };
  }
  return shells;
}
