import { expect, test } from 'vitest';

import { PlainHosts } from './plain-hosts.ts';

test('a host that speaks no TLS is asked without for a minute, and then with it first again', () => {
  let now = 1000;
  const hosts = new PlainHosts(() => now);
  expect(hosts.has('registry.example:5000')).toBe(false);
  hosts.add('registry.example:5000');
  now += 59_999;
  expect(hosts.has('registry.example:5000')).toBe(true);
  expect(hosts.has('registry.example:5001')).toBe(false);
  now += 1;
  expect(hosts.has('registry.example:5000')).toBe(false);
});
