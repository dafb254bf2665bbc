import { expect, test } from 'vitest';

import type { ContainerSummary } from '#engine/contract/container.ts';
import { createFormat } from '#renderer/i18n/format.ts';
import { translate } from '#renderer/i18n/translate.ts';

import {
  compareContainers,
  containerName,
  imageWords,
  matchesSearch,
  stateDetail,
  stateTone,
} from './container-words.ts';

const NOW = 1_700_000_000_000;
const MINUTE = 60_000;

const container = (fields: Partial<ContainerSummary> = {}): ContainerSummary => ({
  Id: 'c0ffee'.padEnd(64, '0'),
  Names: ['/web'],
  Image: 'redis:4.0.6',
  ImageID: `sha256:${'ab'.repeat(32)}`,
  Command: 'redis-server --port 1',
  Created: NOW / 1000 - 7200,
  Ports: [],
  Labels: {},
  State: 'running',
  Status: '',
  HostConfig: { NetworkMode: 'none' },
  NetworkSettings: { Networks: {} },
  Mounts: [],
  startedAt: NOW - 3 * MINUTE,
  finishedAt: 0,
  exitCode: 0,
  tty: true,
  ...fields,
});

const english = { t: translate.bind(undefined, 'en'), format: createFormat('en') };
const spanish = { t: translate.bind(undefined, 'es'), format: createFormat('es') };

test('a container is called by its name without the slash, or by the beginning of its id', () => {
  expect(containerName(container())).toBe('web');
  expect(containerName(container({ Names: [] }))).toBe('c0ffee000000');
});

test('an image whose tag has moved on is shown by its hash', () => {
  expect(imageWords(container())).toBe('redis:4.0.6');
  expect(imageWords(container({ Image: `sha256:${'ab'.repeat(32)}` }))).toBe('abababababab');
});

test.each<[Partial<ContainerSummary>, string]>([
  [{ State: 'running' }, 'good'],
  [{ State: 'paused' }, 'warning'],
  [{ State: 'created' }, 'plain'],
  [{ State: 'exited', exitCode: 0 }, 'plain'],
  [{ State: 'exited', exitCode: 1 }, 'danger'],
  [{ State: 'exited', exitCode: 137 }, 'plain'],
  [{ State: 'exited', exitCode: 143 }, 'plain'],
  [{ State: 'exited', exitCode: 139 }, 'danger'],
  [{ State: 'dead' }, 'danger'],
])('%j is shown as %s', (fields, tone) => {
  expect(stateTone(container(fields))).toBe(tone);
});

test.each<[Partial<ContainerSummary>, string, string]>([
  [{}, 'started 3 minutes ago', 'iniciado hace 3 minutos'],
  [{ startedAt: NOW - 5000 }, 'started less than a minute ago', 'iniciado hace menos de un minuto'],
  [{ startedAt: NOW + 5000 }, 'started less than a minute ago', 'iniciado hace menos de un minuto'],
  [{ State: 'created', startedAt: 0 }, 'never started', 'sin iniciar'],
  [{ State: 'exited', exitCode: 1, finishedAt: NOW - 120 * MINUTE }, 'code 1, 2 hours ago', 'código 1, hace 2 horas'],
  [
    { State: 'exited', exitCode: 137, finishedAt: NOW - 2 * MINUTE },
    'code 137 (SIGKILL), 2 minutes ago',
    'código 137 (SIGKILL), hace 2 minutos',
  ],
])('tells of %j since when', (fields, en, es) => {
  expect(stateDetail(container(fields), NOW, english)).toBe(en);
  expect(stateDetail(container(fields), NOW, spanish)).toBe(es);
});

test.each([
  ['', true],
  ['WEB', true],
  ['redis port', true],
  ['c0ffee', true],
  ['web nginx', false],
])('the search %j finds it: %s', (search, isFound) => {
  expect(matchesSearch(container(), search)).toBe(isFound);
});

test('what runs stands above what has ended, the latest first', () => {
  const ended = container({ Names: ['/ended'], State: 'exited', finishedAt: NOW });
  const older = container({ Names: ['/older'], startedAt: NOW - 9 * MINUTE });
  const younger = container({ Names: ['/younger'], startedAt: NOW - MINUTE });
  const sorted = [ended, older, younger].toSorted(compareContainers('state')).toReversed();
  expect(sorted.map(containerName)).toEqual(['younger', 'older', 'ended']);
});

test('names are ordered as people count', () => {
  const named = ['web-10', 'web-9', 'db'].map((name) => container({ Names: [`/${name}`] }));
  expect(named.toSorted(compareContainers('name')).map(containerName)).toEqual(['db', 'web-9', 'web-10']);
});
