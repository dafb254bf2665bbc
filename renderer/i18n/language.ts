import { useSyncExternalStore } from 'react';

export const languages = ['en', 'es'] as const;
export type Language = (typeof languages)[number];

let current: Language = 'en';
const listeners = new Set<() => void>();

export function isLanguage(text: string): text is Language {
  return languages.some((language) => language === text);
}

/** The first of the person's languages that there is a catalogue for. `preferred` are BCP 47 tags: `es-AR`. */
export function preferredLanguage(preferred: readonly string[]): Language {
  return preferred.map((tag) => tag.split('-')[0] ?? '').find(isLanguage) ?? 'en';
}

export function currentLanguage(): Language {
  return current;
}

/** Every screen is drawn anew in it. */
export function speak(language: Language): void {
  if (language === current) return;
  current = language;
  for (const listener of listeners) listener();
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, currentLanguage);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
