import { expect, test } from 'vitest';

import { parseDigest } from '#engine/contract/digest.ts';

import { alignSteps } from './list-images.ts';

const layer = (letter: string) => parseDigest(`sha256:${letter.repeat(64)}`);

test('steps that made files stand beside their layers, the others have none', () => {
  const history = [
    { createdBy: 'ADD rootfs.tar /', emptyLayer: false },
    { createdBy: 'ENV A=b', emptyLayer: true },
    { createdBy: 'RUN make', emptyLayer: false },
  ];
  const steps = alignSteps({ history, diffIds: [layer('a'), layer('b')] });
  expect(steps.map((step) => step.layer)).toEqual([0, undefined, 1]);
});

test('a history that forgot layers gets a step for each of them', () => {
  const steps = alignSteps({ history: [], diffIds: [layer('a'), layer('b')] });
  expect(steps.map((step) => step.layer)).toEqual([0, 1]);
});

test('a history that claims more layers than there are claims none for the rest', () => {
  const history = [
    { createdBy: 'RUN one', emptyLayer: false },
    { createdBy: 'RUN two', emptyLayer: false },
  ];
  expect(alignSteps({ history, diffIds: [layer('a')] }).map((step) => step.layer)).toEqual([0, undefined]);
});
