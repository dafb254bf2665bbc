import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

import { expect, test } from 'vitest';

import { webPageRefusal } from './refuse-web-pages.ts';

const asked = (headers: IncomingMessage['headers']): IncomingMessage =>
  Object.assign(new IncomingMessage(new Socket()), { headers });
const isOwnName = (name: string): boolean => name === 'builder.example';

test.each([
  ['127.0.0.1:2376'],
  ['[::1]:2376'],
  ['localhost:2376'],
  ['LOCALHOST'],
  ['10.1.2.3'],
  ['builder.example:2376'],
])('a client asks for the engine at %s', (host) => {
  expect(webPageRefusal(asked({ host }), isOwnName)).toBeUndefined();
});

test.each([
  ['evil.example:2376'],
  [''],
  ['127.0.0.1.evil.example'],
  ['builder.example.evil.example'],
  ['[::1'],
  ['a:b:c'],
])('a name that leads here and is not ours is refused: %j', (host) => {
  expect(webPageRefusal(asked({ host }), isOwnName)).toContain(`not called ${JSON.stringify(host)}`);
});

test.each([
  [{ origin: 'http://evil.example' }],
  [{ origin: 'null' }],
  [{ origin: 'http://127.0.0.1:2376' }],
  [{ 'sec-fetch-site': 'cross-site' }],
  [{ 'sec-fetch-site': 'same-origin' }],
])('a page that asks is refused, on every door: %j', (headers) => {
  for (const names of [isOwnName, undefined]) {
    expect(webPageRefusal(asked({ host: '127.0.0.1', ...headers }), names)).toBe('No web page may ask this engine.');
  }
});

test('at a unix socket any name will do, and an address that a person typed', () => {
  expect(webPageRefusal(asked({ host: 'api.moby.localhost' }), undefined)).toBeUndefined();
  expect(webPageRefusal(asked({ host: '127.0.0.1', 'sec-fetch-site': 'none' }), isOwnName)).toBeUndefined();
});
