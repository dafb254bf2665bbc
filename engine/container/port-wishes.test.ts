import { expect, test } from 'vitest';

import { parsePortRequest } from './port-wishes.ts';

test.each([
  [{ port: '80' }, 'tcp 80  0-0'],
  [{ port: '53/udp', hostPort: '5353' }, 'udp 53  5353-5353'],
  [{ port: '80/TCP', hostAddress: '127.0.0.1', hostPort: '8000-8010' }, 'tcp 80 127.0.0.1 8000-8010'],
  [{ port: '80/tcp', hostAddress: '::1', hostPort: '80' }, 'tcp 80 ::1 80-80'],
])('%j is understood', (request, expected) => {
  const { protocol, containerPort, hostAddress, firstHostPort, lastHostPort } = parsePortRequest(request);
  expect(`${protocol} ${containerPort} ${hostAddress} ${firstHostPort}-${lastHostPort}`).toBe(expected);
});

test.each([
  [{ port: '0' }, 'invalid port'],
  [{ port: '65536/tcp' }, 'invalid port'],
  [{ port: 'http' }, 'invalid port'],
  [{ port: '80', hostPort: '9-8' }, 'invalid port'],
  [{ port: '80', hostPort: '70000' }, 'invalid port'],
  [{ port: '80', hostPort: 'x' }, 'invalid port'],
  [{ port: '80', hostAddress: 'localhost' }, 'invalid IP address'],
  [{ port: '80/sctp' }, 'not of sctp'],
])('%j is refused', (request, words) => {
  expect(() => parsePortRequest(request)).toThrow(words);
});
