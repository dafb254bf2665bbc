import { expect, test } from 'vitest';

import { parseDockerfile } from '#engine/dockerfile/parse-dockerfile.ts';

import { scratch } from './base-image.ts';
import { changeConfig } from './config-instruction.ts';
import { settingsOf } from './stage-state.ts';

/** What an image keeps of the triggers in a file. */
function triggersOf(text: string): readonly string[] {
  const { instructions } = parseDockerfile(`FROM scratch\n${text}`);
  const state = instructions.reduce(
    (now, each) => (each.keyword === 'ONBUILD' ? changeConfig(now, each, '\\') : now),
    scratch({}).state,
  );
  return settingsOf(state).OnBuild ?? [];
}

test('a trigger is kept with what its heredocs hold, and is read again as it was', () => {
  const [copied, run, plain] = triggersOf(
    'ONBUILD COPY <<A <<-"B" /x/\none\nA\n\ttwo\nB\nONBUILD RUN <<EOF\necho $X\nEOF\nONBUILD USER me',
  );
  expect(plain).toBe('USER me');
  const again = parseDockerfile(['FROM scratch', copied, run].join('\n'));
  expect(again.errors).toEqual([]);
  expect(again.instructions.slice(1)).toMatchObject([
    {
      heredocs: [
        { name: 'A', content: 'one\n', expands: true },
        { name: 'B', content: 'two\n', expands: false },
      ],
    },
    { heredocs: [{ name: 'EOF', content: 'echo $X\n' }] },
  ]);
});
