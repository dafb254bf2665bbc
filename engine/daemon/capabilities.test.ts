import { expect, test } from 'vitest';

import type { Capability } from '#engine/contract/capability.ts';

import { capabilitiesOf, warningsIn } from './capabilities.ts';
import { countIds, type HostFacts } from './host-facts.ts';

const able: HostFacts = {
  rights: 'root',
  userName: 'ana',
  idCount: 2 ** 32 - 1,
  hasIdMappers: true,
  namespaceObstacle: undefined,
  storageDriver: 'overlay',
  controllers: new Set(['memory', 'cpu', 'pids', 'blkio', 'freezer']),
  networks: { dropping: [] },
  hasLauncher: true,
  firstOpenPort: 1024,
  hasSeccomp: true,
  labels: 'apparmor',
  mayRaiseLimits: true,
};

function judged(id: Capability['id'], differing: Partial<HostFacts>): Partial<Capability> | undefined {
  return capabilitiesOf({ ...able, ...differing }).find((one) => one.id === id);
}

test('an able machine lacks nothing', () => {
  const lacking = capabilitiesOf(able).filter(({ state }) => state !== 'available');
  // Whatever the machine: it is the engine's own limit.
  expect(lacking.map(({ id }) => id)).toEqual(['own-users']);
  expect(warningsIn(capabilitiesOf(able))).toEqual([]);
});

test.each<[Capability['id'], Partial<HostFacts>, Partial<Capability>]>([
  [
    'containers',
    { rights: 'nobody', namespaceObstacle: 'user.max_user_namespaces=28633' },
    { state: 'missing', fix: 'sudo sysctl -w user.max_user_namespaces=28633' },
  ],
  [
    'other-users',
    { rights: 'user namespace', idCount: 1 },
    { state: 'limited', fix: 'sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ana' },
  ],
  [
    'other-users',
    { rights: 'user namespace', idCount: 1, hasIdMappers: false },
    { state: 'limited', fix: 'sudo apt-get install uidmap' },
  ],
  [
    'own-users',
    { rights: 'user namespace' },
    { state: 'available', detail: "Root in a container is ana outside, and nobody's root." },
  ],
  ['layered-files', { storageDriver: 'copy' }, { state: 'limited' }],
  [
    'networks',
    { networks: { reason: 'The program nft is not there; install the package nftables.', dropping: [] } },
    { state: 'missing', fix: 'sudo apt-get install nftables' },
  ],
  ['networks', { networks: { dropping: ['ip filter FORWARD'] } }, { state: 'limited' }],
  ['containers', { hasLauncher: false }, { state: 'missing', fix: 'npm run setup' }],
  [
    'low-ports',
    { rights: 'user namespace' },
    { state: 'limited', detail: 'Only ports from 1024 on can be published.' },
  ],
  ['memory-limits', { rights: 'user namespace', controllers: new Set() }, { state: 'missing' }],
  ['higher-limits', { mayRaiseLimits: false }, { state: 'limited' }],
])('%s with %j', (id, differing, expected) => {
  expect(judged(id, differing)).toMatchObject(expected);
});

test('ids are counted over all lines of a map', () => {
  expect(countIds('         0       1000          1\n         1     100000      65536\n')).toBe(65_537);
});

test('what hardly anybody needs is no warning', () => {
  const unable = { ...able, labels: undefined, mayRaiseLimits: false, storageDriver: 'copy' } as const;
  expect(warningsIn(capabilitiesOf(unable))).toEqual([expect.stringMatching(/whole copy .* sudo modprobe overlay$/)]);
});
