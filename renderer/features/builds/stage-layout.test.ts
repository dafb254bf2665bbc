import { expect, test } from 'vitest';

import type { PlannedStage, PlannedStep } from './build-plan.ts';
import { CARD_WIDTH, layOut } from './stage-layout.ts';

const step = (key: string, needs: readonly string[] = []): PlannedStep => ({
  key,
  needs,
  number: 1,
  stage: '',
  text: key,
  line: 1,
  endLine: 1,
  state: 'done',
  log: '',
});
const stage = (name: string, steps: readonly PlannedStep[]): PlannedStage => ({ name, image: '', steps });

test('a stage stands behind those that it needs, and none over another', () => {
  const { stages, arrows, width, height } = layOut([
    stage('a', [step('a:1'), step('a:2')]),
    stage('b', [step('b:3'), step('b:4'), step('b:5')]),
    stage('c', [step('c:6', ['a:2']), step('c:7', ['b:5'])]),
  ]);
  const [a, b, c] = stages.map(({ x, y, height: own }) => ({
    left: x,
    right: x + CARD_WIDTH,
    top: y,
    bottom: y + own,
  }));
  if (a === undefined || b === undefined || c === undefined) throw new Error('There are three stages.');
  expect(c.left).toBeGreaterThan(Math.max(a.right, b.right));
  expect(a.bottom < b.top || b.bottom < a.top).toBe(true);
  expect(arrows.map(({ from, to }) => [from, to])).toEqual([
    ['a:2', 'c:6'],
    ['b:5', 'c:7'],
  ]);
  expect(c.right).toBeLessThan(width);
  expect(Math.max(a.bottom, b.bottom)).toBeLessThan(height);
});

test('stages of which none needs another, and none at all, have their places', () => {
  expect(layOut([stage('a', [step('a:1')]), stage('b', [step('b:1')])]).arrows).toEqual([]);
  expect(layOut([]).stages).toEqual([]);
});
