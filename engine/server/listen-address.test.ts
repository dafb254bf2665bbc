import { expect, test } from 'vitest';

import { isLoopback, listenAddressText, parseListenAddress } from './listen-address.ts';

test.each([
  ['unix:///run/estrato/estrato.sock', { kind: 'unix', path: '/run/estrato/estrato.sock' }],
  ['tcp://127.0.0.1:2376', { kind: 'tcp', host: '127.0.0.1', port: 2376 }],
  ['tcp://builder.example:0', { kind: 'tcp', host: 'builder.example', port: 0 }],
  ['tcp://[::1]:65535', { kind: 'tcp', host: '::1', port: 65_535 }],
])('%s', (text, address) => {
  expect(parseListenAddress(text)).toEqual(address);
  expect(listenAddressText(parseListenAddress(text))).toBe(text);
});

test.each([
  ['unix://relative'],
  ['tcp://127.0.0.1'],
  ['tcp://127.0.0.1:65536'],
  ['tcp://[127.0.0.1]:1'],
  ['tcp://::1:2376'],
  ['tcp://:2376'],
  ['ssh://builder.example'],
  ['http://127.0.0.1:2375'],
  [''],
])('%j is no address to listen on', (text) => {
  expect(() => parseListenAddress(text)).toThrow("The engine can't listen on");
});

test('a path that no socket can have', () => {
  expect(() => parseListenAddress(`unix:///${'x'.repeat(120)}`)).toThrow('longer than the 107 bytes');
});

test.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['127.evil.example', false],
  ['10.0.0.1', false],
])('only this machine reaches %s: %s', (host, isOnlyOurs) => {
  expect(isLoopback(host)).toBe(isOnlyOurs);
});
