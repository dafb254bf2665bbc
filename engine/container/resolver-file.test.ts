import { expect, test } from 'vitest';

import { formatResolver, overlaid, parseResolver, reachableServers } from './resolver-file.ts';

const machine = parseResolver(`# made by somebody
nameserver 127.0.0.53
nameserver 192.0.2.1
search first.example
search example.com other.example
options edns0
options trust-ad
`);

test('servers, the last search list and all options are read', () => {
  expect(machine).toEqual({
    servers: ['127.0.0.53', '192.0.2.1'],
    search: ['example.com', 'other.example'],
    options: ['edns0', 'trust-ad'],
  });
});

test('a server that only the machine itself can ask is none for a container', () => {
  expect(reachableServers(machine)).toEqual(['192.0.2.1']);
  expect(reachableServers({ ...machine, servers: ['::1', 'fe80::1%eth0', '127.0.0.1', '2001:db8::1', 'x'] })).toEqual([
    '2001:db8::1',
  ]);
});

test('what a container asks for comes instead of the machine’s', () => {
  const asked = { servers: ['192.0.2.9'], search: ['.'], options: ['ndots:2'] };
  expect(formatResolver(overlaid(machine, asked))).toBe('nameserver 192.0.2.9\noptions ndots:2\n');
  expect(formatResolver(overlaid(machine, undefined))).toBe(
    'nameserver 127.0.0.53\nnameserver 192.0.2.1\nsearch example.com other.example\noptions edns0 trust-ad\n',
  );
});
