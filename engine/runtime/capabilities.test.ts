import { expect, test } from 'vitest';

import { capabilityBits, chooseCapabilities, defaultCapabilities } from './capabilities.ts';

function choose(add: readonly string[], drop: readonly string[]): readonly string[] {
  return chooseCapabilities({ add, drop });
}

test('without a wish they are Docker’s fourteen', () => {
  expect(defaultCapabilities).toHaveLength(14);
  expect([...choose([], [])].sort()).toEqual([...defaultCapabilities].sort());
  expect(capabilityBits(choose([], []))).toBe(0xa804_25fbn);
});

test('names go with and without their prefix, in any case', () => {
  expect(choose(['net_admin'], ['all'])).toEqual(['CAP_NET_ADMIN']);
  expect(choose(['CAP_NET_ADMIN'], ['ALL'])).toEqual(['CAP_NET_ADMIN']);
});

test('ALL is every one that Linux has', () => {
  expect(capabilityBits(choose(['ALL'], []))).toBe((1n << 41n) - 1n);
  expect(choose([], ['ALL'])).toEqual([]);
  expect(choose(['ALL'], ['SYS_ADMIN'])).not.toContain('CAP_SYS_ADMIN');
});

test('what is both added and dropped is dropped', () => {
  expect(choose(['CHOWN'], ['CHOWN'])).not.toContain('CAP_CHOWN');
});

test('dropping all in small letters still lets some be added', () => {
  expect(choose(['KILL'], ['all'])).toEqual(['CAP_KILL']);
});

test('a name that Linux doesn’t have is refused, wherever it stands', () => {
  expect(() => choose(['FLY'], [])).toThrow('There is no capability FLY');
  expect(() => choose([], ['CAP_FLY'])).toThrow('There is no capability CAP_FLY');
});

test('bits of names from elsewhere are left out', () => {
  expect(capabilityBits(['CAP_CHOWN', 'CAP_FROM_THE_FUTURE', 'CAP_CHECKPOINT_RESTORE'])).toBe((1n << 40n) | 1n);
});
