import { expect, test } from 'vitest';

import { parseDockerfile } from './parse-dockerfile.ts';
import { isHeredocAlone } from './run-script.ts';

test.each([
  ['<<EOF', true],
  ['<<-"EOF"', true],
  ["<<'END.OF-IT'", true],
  ['3<<EOF', true],
  ['<<EOF cat', false],
  ['cat <<EOF', false],
])('RUN %s is the script itself: %s', (line, isAlone) => {
  const name = /[A-Z][\w.-]*/.exec(line)?.[0] ?? '';
  const [, run] = parseDockerfile(`FROM a\nRUN ${line}\necho 1\n${name}`).instructions;
  expect(run?.keyword === 'RUN' && isHeredocAlone(run, '\\')).toBe(isAlone);
});
