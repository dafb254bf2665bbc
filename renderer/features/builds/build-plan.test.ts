import { expect, test } from 'vitest';

import type { BuildRecord, BuildStep } from '#engine/contract/build.ts';
import type { DockerfileOutline } from '#engine/contract/dockerfile.ts';

import { criticalPath, planOf } from './build-plan.ts';

const line = (number: number, needs: number[] = []) => ({
  text: `RUN ${number}`,
  line: number,
  endLine: number,
  needs,
});
const outline: DockerfileOutline = {
  stages: [
    { name: 'slow', image: 'a', steps: [line(1), line(2)] },
    { name: 'quick', image: 'a', steps: [line(3), line(4)] },
    { name: '2', image: 'slow', steps: [line(5, [0]), line(6, [1])] },
    { name: 'other', image: 'a', steps: [line(7)] },
  ],
  variables: [],
};
const step = (stage: string, at: number, startedMs: number, durationMs: number): BuildStep => ({
  number: at,
  stage,
  text: `RUN ${at}`,
  line: at,
  endLine: at,
  state: 'done',
  startedMs,
  durationMs,
  log: '',
});
const record = (steps: BuildStep[], target?: string): BuildRecord => ({
  id: '1',
  project: '',
  startedAt: '',
  state: 'running',
  names: [],
  dockerfile: '',
  steps,
  ...(target === undefined ? {} : { target }),
});

test('stages that the target needs, with the steps that are yet to come', () => {
  const plan = planOf(outline, record([step('slow', 1, 0, 10)], '2'));
  expect(plan.map(({ name, steps }) => [name, steps.map(({ state }) => state)])).toEqual([
    ['slow', ['done', 'waiting']],
    ['quick', ['waiting', 'waiting']],
    ['2', ['waiting', 'waiting']],
  ]);
  expect(plan[2]?.steps.map(({ needs }) => needs)).toEqual([['slow:2'], ['quick:4']]);
  expect(planOf(outline, record([])).map(({ name }) => name)).toEqual(['other']);
  expect(planOf(outline, record([], 'QUICK')).map(({ name }) => name)).toEqual(['quick']);
});

test('with several platforms each has its stages', () => {
  const plan = planOf(
    outline,
    record([step('linux/amd64 quick', 3, 0, 1), step('linux/arm64 quick', 3, 0, 2)], 'quick'),
  );
  expect(plan.map(({ name, steps }) => [name, steps.map(({ state }) => state)])).toEqual([
    ['linux/amd64 quick', ['done', 'waiting']],
    ['linux/arm64 quick', ['done', 'waiting']],
  ]);
});

test('the longest way is what the end waited for', () => {
  const steps = [
    step('slow', 1, 0, 5),
    step('slow', 2, 5, 100),
    step('quick', 3, 0, 5),
    step('quick', 4, 5, 10),
    step('2', 5, 0, 105),
    step('2', 6, 105, 3),
  ];
  expect(criticalPath(planOf(outline, record(steps, '2'))).map(({ key }) => key)).toEqual([
    'slow:1',
    'slow:2',
    '2:5',
    '2:6',
  ]);
});
