import { expect, test } from 'vitest';

import {
  contains,
  formatAddress,
  formatSubnet,
  lastOf,
  overlap,
  parseAddress,
  parseSubnet,
  subnetOf,
} from './ip-address.ts';

function subnet(text: string): NonNullable<ReturnType<typeof parseSubnet>> {
  const found = parseSubnet(text);
  if (found === undefined) throw new Error(`${text} is no subnet`);
  return found;
}

test.each([
  ['0.0.0.0', '0.0.0.0'],
  ['172.17.0.1', '172.17.0.1'],
  ['255.255.255.255', '255.255.255.255'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::ffff:10.0.0.1', '::ffff:a00:1'],
  ['0:0:1::', '0:0:1::'],
  ['10:0:0:10:0:0:0:1', '10:0:0:10::1'],
])('%s is written %s', (text, expected) => {
  const address = parseAddress(text);
  expect(address === undefined ? undefined : formatAddress(address)).toBe(expected);
});

test.each(['', '1.2.3', '1.2.3.256', '01.2.3.4', 'a', '1:2', ':::', '1::2::3'])('%j is no address', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test.each(['10.0.0.1/8', '10.0.0.0', '10.0.0.0/33', 'fd00::1/64', 'fd00::/129', '10.0.0.0/-1'])(
  '%j is no subnet',
  (text) => {
    expect(parseSubnet(text)).toBeUndefined();
  },
);

test('an address with a prefix is in its subnet', () => {
  const found = subnetOf('172.17.5.6/16');
  expect(found === undefined ? undefined : formatSubnet(found)).toBe('172.17.0.0/16');
  expect(formatAddress(lastOf(subnet('172.17.0.0/16')))).toBe('172.17.255.255');
  expect(formatAddress(lastOf(subnet('fd00::/64')))).toBe('fd00::ffff:ffff:ffff:ffff');
});

test('subnets overlap where one holds the other, whatever their order', () => {
  expect(overlap(subnet('10.0.0.0/8'), subnet('10.1.0.0/16'))).toBe(true);
  expect(overlap(subnet('10.1.0.0/16'), subnet('10.0.0.0/8'))).toBe(true);
  expect(overlap(subnet('10.1.0.0/16'), subnet('10.2.0.0/16'))).toBe(false);
  expect(overlap(subnet('0.0.0.0/0'), subnet('::/0'))).toBe(false);
  expect(contains(subnet('fd00::/8'), { family: 6, value: 0xfd12n << 112n })).toBe(true);
});
