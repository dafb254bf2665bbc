import { expect, test } from 'vitest';

import type { Finding } from '#engine/contract/system-check.ts';
import type { SystemInfo } from '#engine/contract/system.ts';

import { machineFindings, tools, type MachineFacts } from './machine-findings.ts';

const info: SystemInfo = {
  engineVersion: '1',
  engineId: 'id',
  pid: 1,
  dataRoot: '/data',
  kernelVersion: '6.1.0-1-amd64',
  operatingSystem: 'Debian',
  architecture: 'x64',
  cpus: 2,
  memoryBytes: 4e9,
  cgroupMode: 'v2',
  storageDriver: 'overlay',
  isRootless: false,
  disk: { free: 50e9, total: 100e9 },
  warnings: [],
  capabilities: [],
  starters: [],
};
const able: MachineFacts = { missingNamespaces: [], missingTools: [], otherEngines: [] };

test('an able machine lacks nothing', () => {
  expect(machineFindings(info, able).map(({ state }) => state)).toEqual(Array(5).fill('available'));
});

test.each<[Finding['id'], Partial<SystemInfo>, Partial<MachineFacts>, Partial<Finding>]>([
  ['kernel', { kernelVersion: '5.10.0' }, {}, { state: 'limited' }],
  ['kernel', { kernelVersion: '5.11.0' }, {}, { state: 'available' }],
  ['kernel', {}, { missingNamespaces: ['user'] }, { state: 'missing' }],
  ['control-groups', { cgroupMode: 'hybrid' }, {}, { state: 'limited' }],
  ['control-groups', { cgroupMode: 'none' }, {}, { state: 'missing' }],
  ['disk', { disk: { free: 5e9, total: 100e9 } }, {}, { state: 'limited', fix: 'estrato system prune' }],
  ['disk', { disk: { free: 5e8, total: 100e9 } }, {}, { state: 'missing' }],
  [
    'other-engines',
    {},
    { otherEngines: [{ name: 'docker', socket: '/run/docker.sock' }] },
    {
      state: 'available',
      detail:
        "There is docker at /run/docker.sock. Images and containers are kept apart; a port of the machine is one engine's at a time.",
    },
  ],
])('%s of %j with %j', (id, differing, lacking, expected) => {
  const found = machineFindings({ ...info, ...differing }, { ...able, ...lacking }).find((one) => one.id === id);
  expect(found).toMatchObject(expected);
});

test('what is not installed is one line to type', () => {
  const missingTools = tools.filter(({ program }) => ['git', 'nft', 'ip'].includes(program));
  const found = machineFindings(info, { ...able, missingTools }).find(({ id }) => id === 'tools');
  expect(found).toMatchObject({ state: 'limited', fix: 'sudo apt-get install nftables iproute2 git' });
});
