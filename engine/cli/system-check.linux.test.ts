import { expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

import { findingsText } from './system-check.ts';

describeWith(['root', 'launcher', 'busybox', 'nftables'], 'estrato system check', () => {
  const { estrato } = storyScene();

  test('says of this machine what an engine leans on, for people and for programs', async () => {
    const { code, stdout } = await estrato.run(['system', 'check']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {7}kernel: Linux /);
    expect(stdout).toContain('\nok       containers: The engine is root, and makes namespaces of every kind.\n');
    const findings: unknown = JSON.parse(await estrato.text('system', 'check', '--format', 'json'));
    expect(findings).toContainEqual({
      id: 'containers',
      state: 'available',
      detail: 'The engine is root, and makes namespaces of every kind.',
      why: 'Without it images can be looked into, and nothing runs.',
    });
  });
});

test('what is wanting has its reason and the line to type', () => {
  const common = { detail: 'It is so.', why: 'It matters.' };
  const findings = [
    { id: 'kernel', state: 'available', ...common },
    { id: 'tools', state: 'limited', fix: 'sudo apt-get install git', ...common },
  ] as const;
  expect(findingsText(findings)).toBe(
    `ok       kernel: It is so.
limited  tools: It is so.
         It matters.
         $ sudo apt-get install git

1 of 2 are as they should be.
`,
  );
});
