import { createStore, type StoreApi } from 'zustand/vanilla';

import { isLanguage, type Language, preferredLanguage } from '#renderer/i18n/language.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** How this window looks and speaks; kept in the browser's storage. */
export interface SettingsState {
  readonly theme: Theme;
  readonly language: Language;
  readonly chooseTheme: (theme: Theme) => void;
  readonly chooseLanguage: (language: Language) => void;
}

export type SettingsStore = StoreApi<SettingsState>;

const THEME_KEY = 'estrato.theme';
const LANGUAGE_KEY = 'estrato.language';

/** @param preferred the person's languages, as `navigator.languages` has them: used until one is chosen. */
export function createSettingsStore(
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  preferred: readonly string[],
): SettingsStore {
  return createStore<SettingsState>()((set) => ({
    theme: readTheme(storage),
    language: readLanguage(storage) ?? preferredLanguage(preferred),
    chooseTheme: (theme) => {
      keep(storage, THEME_KEY, theme);
      set({ theme });
    },
    chooseLanguage: (language) => {
      keep(storage, LANGUAGE_KEY, language);
      set({ language });
    },
  }));
}

function readTheme(storage: Pick<Storage, 'getItem'>): Theme {
  const stored = storage.getItem(THEME_KEY);
  return themes.find((theme) => theme === stored) ?? 'system';
}

function readLanguage(storage: Pick<Storage, 'getItem'>): Language | undefined {
  const stored = storage.getItem(LANGUAGE_KEY) ?? '';
  return isLanguage(stored) ? stored : undefined;
}

function keep(storage: Pick<Storage, 'setItem'>, key: string, value: string): void {
  try {
    storage.setItem(key, value);
  } catch {
    // A full or forbidden storage costs the memory of the choice, not the choice.
  }
}
