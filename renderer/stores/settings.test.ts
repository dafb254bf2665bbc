import { expect, test } from 'vitest';

import { createSettingsStore } from './settings.ts';

function storage(initial: Record<string, string> = {}): Pick<Storage, 'getItem' | 'setItem'> {
  const values = new Map(Object.entries(initial));
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => {
      values.set(key, value);
    },
  };
}

test('follows the system and its language until something is chosen', () => {
  const { theme, language } = createSettingsStore(storage(), ['es-AR']).getState();
  expect({ theme, language }).toEqual({ theme: 'system', language: 'es' });
});

test('what is chosen is there the next time', () => {
  const kept = storage();
  const store = createSettingsStore(kept, ['es']);
  store.getState().chooseTheme('dark');
  store.getState().chooseLanguage('en');
  const { theme, language } = createSettingsStore(kept, ['es']).getState();
  expect({ theme, language }).toEqual({ theme: 'dark', language: 'en' });
});

test('a storage that holds something else is not believed', () => {
  const { theme, language } = createSettingsStore(
    storage({ 'estrato.theme': 'sepia', 'estrato.language': 'xx' }),
    [],
  ).getState();
  expect({ theme, language }).toEqual({ theme: 'system', language: 'en' });
});
