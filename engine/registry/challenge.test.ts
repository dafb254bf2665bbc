import { expect, test } from 'vitest';

import { parseChallenges } from './challenge.ts';

const found = (header: string): unknown =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

test.each([
  [
    'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push"',
    [
      [
        'bearer',
        { realm: 'https://auth.example/token', service: 'registry.example', scope: 'repository:a/b:pull,push' },
      ],
    ],
  ],
  ['Basic realm="a \\"quoted\\" name"', [['basic', { realm: 'a "quoted" name' }]]],
  ['bearer REALM=plain , Service = x', [['bearer', { realm: 'plain', service: 'x' }]]],
  [
    'Negotiate, Basic realm="one", Bearer realm="two"',
    [
      ['negotiate', {}],
      ['basic', { realm: 'one' }],
      ['bearer', { realm: 'two' }],
    ],
  ],
  ['', []],
  ['realm="nobody asks"', []],
  ['Bearer realm="never closed', [['bearer', { realm: '' }]]],
])('%s', (header, challenges) => {
  expect(found(header)).toEqual(challenges);
});

test('a header made to take long is cut, and answered', () => {
  const header = `Bearer ${'a="b",'.repeat(100_000)}`;
  expect(parseChallenges(header)[0]).toEqual({ scheme: 'bearer', parameters: new Map([['a', 'b']]) });
});
