import { expect, test } from 'vitest';

import { publishedPorts } from './published-ports.ts';

test('a port that is open for both kinds of addresses is told once, and one of no machine not at all', () => {
  const port = { PrivatePort: 80, PublicPort: 8080, Type: 'tcp' };
  const ports = publishedPorts({
    Ports: [
      { ...port, IP: '0.0.0.0' },
      { ...port, IP: '::' },
      { ...port, IP: '::1', PublicPort: 81 },
      { ...port, IP: '127.0.0.1', PublicPort: 53, PrivatePort: 53, Type: 'udp' },
      { ...port, IP: '', PublicPort: 0 },
    ],
  });
  expect(ports.map(({ text, href }) => [text, href])).toEqual([
    ['8080→80', 'http://localhost:8080/'],
    ['[::1]:81→80', 'http://[::1]:81/'],
    ['127.0.0.1:53→53/udp', undefined],
  ]);
});
