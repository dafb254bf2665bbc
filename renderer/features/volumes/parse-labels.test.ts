import { expect, test } from 'vitest';

import { parseLabels } from './parse-labels.ts';

test('labels are read line by line, values with whatever is in them', () => {
  expect(parseLabels('team=blue\n\n  query=a=b \nalone\n')).toEqual({ team: 'blue', query: 'a=b', alone: '' });
});
