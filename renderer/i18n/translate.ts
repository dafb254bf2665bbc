import { IntlMessageFormat } from 'intl-messageformat';

import { catalogue, type MessageKey } from './catalogue.ts';
import { type Language, useLanguage } from './language.ts';

export type MessageValues = Readonly<Record<string, string | number | Date>>;
export type Translate = (key: MessageKey, values?: MessageValues) => string;

const formats = new Map<string, IntlMessageFormat>();

/** A message of the catalogue; its arguments are ICU's (unicode.org/reports/tr35, "messageFormat"). */
export function translate(language: Language, key: MessageKey, values?: MessageValues): string {
  const message = catalogue[key][language];
  // Most messages have no argument and need no parser.
  if (values === undefined && !message.includes('{') && !message.includes("'")) return message;
  const id = `${language} ${key}`;
  const format = formats.get(id) ?? new IntlMessageFormat(message, language, undefined, { ignoreTag: true });
  formats.set(id, format);
  return String(format.format({ ...values }));
}

const translators: Readonly<Record<Language, Translate>> = {
  en: (key, values) => translate('en', key, values),
  es: (key, values) => translate('es', key, values),
};

/** Speaks the current language; a component that uses it is drawn anew when that changes. */
export function useTranslate(): Translate {
  return translators[useLanguage()];
}
