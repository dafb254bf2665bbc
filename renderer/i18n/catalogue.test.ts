import { IntlMessageFormat } from 'intl-messageformat';
import { expect, test } from 'vitest';

import { catalogue } from './catalogue.ts';
import { languages } from './language.ts';

/** The names of a message's arguments, wherever they stand. */
function argumentsOf(message: string): readonly string[] {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      const node: { type?: unknown; value?: unknown } = value;
      // 0 is literal text, 7 the # of a plural; the others name an argument.
      if (typeof node.type === 'number' && node.type !== 0 && typeof node.value === 'string') names.add(node.value);
      Object.values(value).forEach(visit);
    }
  };
  visit(new IntlMessageFormat(message, 'en', undefined, { ignoreTag: true }).getAst());
  return [...names].toSorted();
}

test.each(Object.entries(catalogue))('%s is said in every language, about the same things', (_, message) => {
  for (const language of languages) {
    expect(message[language].trim()).toBe(message[language]);
    expect(message[language]).not.toBe('');
    expect(argumentsOf(message[language])).toEqual(argumentsOf(message.en));
  }
});
