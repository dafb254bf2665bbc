import { describe, expect, test } from 'vitest';

import {
  chooseAddress,
  chooseSubnet,
  chooseSubnet6,
  firstUsable,
  isUsable,
  subnetsOf,
  type AddressSpace,
} from './choose-address.ts';
import { formatAddress, formatSubnet, parseAddress, parseSubnet, type Address, type Subnet } from './ip-address.ts';

function subnet(text: string): Subnet {
  const found = parseSubnet(text);
  if (found === undefined) throw new Error(`${text} is no subnet`);
  return found;
}

function address(text: string): Address {
  const found = parseAddress(text);
  if (found === undefined) throw new Error(`${text} is no address`);
  return found;
}

describe('a subnet that nobody names', () => {
  test.each([
    [[], '172.17.0.0/16'],
    [['172.17.0.0/16'], '172.18.0.0/16'],
    [['172.17.3.0/24', '172.18.0.1/32'], '172.19.0.0/16'],
    [['172.16.0.0/12'], '192.168.0.0/20'],
    [['172.16.0.0/12', '192.168.0.0/24'], '192.168.16.0/20'],
    [['10.0.0.0/8'], '172.17.0.0/16'],
    [['fd00::/8'], '172.17.0.0/16'],
  ])('beside %j is %s', (taken, expected) => {
    expect(formatSubnet(chooseSubnet(subnetsOf(taken)))).toBe(expected);
  });

  test('is none where everything is taken', () => {
    expect(() => chooseSubnet(subnetsOf(['172.16.0.0/12', '192.168.0.0/16']))).toThrow('have been fully subnetted');
  });

  test('of IPv6 is a unique local one', () => {
    expect(formatSubnet(chooseSubnet6('0123456789abcd'))).toBe('fd01:2345:6789:abcd::/64');
  });
});

describe('addresses of a network', () => {
  const space: AddressSpace = { subnet: subnet('10.1.0.0/29'), kept: [address('10.1.0.1'), address('10.1.0.4')] };

  test('are handed out in order, without the gateway, what is kept, the name and the broadcast', () => {
    const taken = new Set<string>();
    let after: Address | undefined;
    for (const expected of ['10.1.0.2', '10.1.0.3', '10.1.0.5', '10.1.0.6']) {
      after = chooseAddress(space, (text) => taken.has(text), after);
      expect(formatAddress(after)).toBe(expected);
      taken.add(expected);
    }
    expect(() => chooseAddress(space, (text) => taken.has(text), after)).toThrow(
      'no available addresses in 10.1.0.0/29',
    );
    taken.delete('10.1.0.3');
    expect(formatAddress(chooseAddress(space, (text) => taken.has(text), after))).toBe('10.1.0.3');
  });

  test('one that was given back comes last', () => {
    expect(formatAddress(chooseAddress(space, () => false, address('10.1.0.2')))).toBe('10.1.0.3');
  });

  test('come from the range, and may be asked for beside it', () => {
    const ranged = { ...space, range: subnet('10.1.0.4/30') };
    expect(formatAddress(chooseAddress(ranged, () => false))).toBe('10.1.0.5');
    expect(isUsable(ranged, address('10.1.0.2'))).toBe(true);
  });

  test.each([
    ['10.1.0.0', false],
    ['10.1.0.1', false],
    ['10.1.0.2', true],
    ['10.1.0.7', false],
    ['10.1.0.8', false],
    ['::1', false],
  ])('%s can be asked for: %s', (text, expected) => {
    expect(isUsable(space, address(text))).toBe(expected);
  });

  test('of two both are usable', () => {
    expect(formatAddress(firstUsable(subnet('10.0.0.0/31')))).toBe('10.0.0.0');
  });

  test('of IPv6 the first is the network’s, the last is not', () => {
    expect(formatAddress(firstUsable(subnet('fd00::/64')))).toBe('fd00::1');
    expect(isUsable({ subnet: subnet('fd00::/126'), kept: [] }, address('fd00::3'))).toBe(true);
  });
});
