import { speak } from '#renderer/i18n/language.ts';
import type { SettingsStore } from '#renderer/stores/settings.ts';

/** Puts the chosen theme and language on the page, now and whenever they change. */
export function followSettings(settings: SettingsStore, page: HTMLElement): void {
  const apply = (): void => {
    const { theme, language } = settings.getState();
    if (theme === 'system') delete page.dataset['theme'];
    else page.dataset['theme'] = theme;
    page.lang = language;
    speak(language);
  };
  apply();
  settings.subscribe(apply);
}
