import { expect, test } from 'vitest';

import { preferredLanguage } from './language.ts';

test.each([
  [['es-AR', 'en'], 'es'],
  [['pt-BR', 'es'], 'es'],
  [['de'], 'en'],
  [[], 'en'],
])('of %j it speaks %s', (preferred, language) => {
  expect(preferredLanguage(preferred)).toBe(language);
});
