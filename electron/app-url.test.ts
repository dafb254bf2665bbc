import { expect, test } from 'vitest';

import { isAppUrl, isWebUrl } from './app-url.ts';

test.each([
  ['app://estrato/', true],
  ['app://estrato/#/images', true],
  ['app://estrato.evil.example/', false],
  ['app://evil/', false],
  ['https://estrato/', false],
  ['file:///etc/passwd', false],
  ['javascript:alert(1)', false],
  ['data:text/html,app://estrato/', false],
  ['', false],
])('%s is one of our pages: %s', (url, expected) => {
  expect(isAppUrl(url)).toBe(expected);
});

test.each([
  ['https://example.com/', true],
  ['http://127.0.0.1:8080/', true],
  ['file:///etc/passwd', false],
  ['smb://server/share', false],
  ['javascript:alert(1)', false],
  ['app://estrato/', false],
  ['not a url', false],
])("%s may be opened in the person's browser: %s", (url, expected) => {
  expect(isWebUrl(url)).toBe(expected);
});
