import { expect, test } from 'vitest';

import { failurePage } from './failure-page.ts';

const failure = { reason: 'The disk is full.', log: ['a', 'b'], logPath: '/d/engine.log', locale: 'en-GB' };

test('the reason, the log and a way to try again are there', () => {
  const page = failurePage(failure);
  expect(page).toContain('The disk is full.');
  expect(page).toContain('a\nb');
  expect(page).toContain('href="app://estrato/retry"');
  expect(page).toContain('/d/engine.log');
});

test('nothing of the log becomes a part of the page', () => {
  const page = failurePage({ ...failure, reason: '<img src=x>', log: ['</pre><script>alert(1)</script>'] });
  expect(page).not.toMatch(/<script|<img/);
});

test("it speaks the person's language, or English", () => {
  expect(failurePage({ ...failure, locale: 'es-AR' })).toContain('Reintentar');
  expect(failurePage({ ...failure, locale: 'fr' })).toContain('Try again');
});
