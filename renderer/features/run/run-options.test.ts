import { expect, test } from 'vitest';

import { checkOptions, emptyOptions, type OptionProblems, type RunOptions } from './run-options.ts';

function check(fields: Partial<RunOptions>, autoRemove = false) {
  const problems: OptionProblems = new Map();
  const request = checkOptions({ ...emptyOptions, ...fields }, { autoRemove }, problems);
  return { request, problems: Object.fromEntries(problems) };
}

const port = (host: string, container: string) => ({ id: 1, host, container, protocol: 'tcp' as const });

test('asks for nothing when nothing is filled in', () => {
  expect(check({ ports: [port('', '')] })).toEqual({ request: {}, problems: {} });
});

test.each([
  [port('8080', '80'), { port: '80/tcp', hostPort: '8080' }],
  [port('', '80'), { port: '80/tcp' }],
  [port('127.0.0.1:8000-8010', '80'), { port: '80/tcp', hostAddress: '127.0.0.1', hostPort: '8000-8010' }],
  [port('[::1]:80', '80'), { port: '80/tcp', hostAddress: '::1', hostPort: '80' }],
])('%j is published as %j', (row, request) => {
  expect(check({ ports: [row] }).request.ports).toEqual([request]);
});

test.each([
  [{ ports: [port('8080', '')] }, { 'port-1': 'bad-port' }],
  [{ ports: [port('80-70', '80')] }, { 'port-1': 'bad-host-port' }],
  [{ ports: [port('70000', '80')] }, { 'port-1': 'bad-host-port' }],
  [{ cpus: 'many' }, { cpus: 'bad-cpus' }],
  [{ pids: '-1' }, { pids: 'bad-count' }],
  [{ healthInterval: '0', health: 'true' }, { healthInterval: 'bad-seconds' }],
  [{ capAdd: 'NET ADMIN!' }, { capAdd: 'bad-capability' }],
] as const)('%j is refused', (fields, problems) => {
  expect(check(fields).problems).toEqual(problems);
});

test('limits, health, restarts and capabilities are sent as the engine has them', () => {
  const { request } = check({
    restart: 'on-failure',
    retries: '3',
    cpus: '1.5',
    pids: '100',
    health: 'wget -q localhost',
    healthInterval: '5',
    capAdd: 'net_admin, sys_time',
    privileged: true,
    init: true,
  });
  expect(request).toEqual({
    restartPolicy: { name: 'on-failure', maximumRetries: 3 },
    pidsLimit: 100,
    limits: { nanoCpus: 1_500_000_000 },
    healthCheck: { test: ['CMD-SHELL', 'wget -q localhost'], interval: 5_000_000_000 },
    capAdd: ['NET_ADMIN', 'SYS_TIME'],
    isolation: { privileged: true, init: true },
  });
});

test('what is started again can not be removed when it ends', () => {
  expect(check({ restart: 'always' }, true).problems).toEqual({ restart: 'restart-and-remove' });
});
