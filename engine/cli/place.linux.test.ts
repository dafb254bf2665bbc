import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

test.each([[['info']], [['ps']], [['run', '--rm', 'x', 'true']]])(
  '%j with a host alone starts no engine',
  async (words) => {
    await using dir = await temporaryDirectory('nobody');
    const host = `unix://${join(dir.path, 'nobody.sock')}`;
    // Where it would have started one: that a test never touches the machine's own is what this is about.
    const home = { XDG_DATA_HOME: dir.path, HOME: dir.path };
    const byVariable = await new EstratoCli({ host }, home).run(words);
    const nobody = new EstratoCli({ host: '' }, { ...home, ESTRATO_HOST: undefined });
    const byOption = await nobody.run([...words.slice(0, 1), '--host', host, ...words.slice(1)]);
    for (const { code, stderr } of [byVariable, byOption]) {
      expect(code).not.toBe(0);
      expect(stderr).toContain(`No engine answers at ${host}; start one there: estrato engine --data-root`);
    }
    expect(existsSync(join(dir.path, 'estrato'))).toBe(false);
  },
);

test('a host alone does not say whose data is to go', async () => {
  await using dir = await temporaryDirectory('nobody');
  const estrato = new EstratoCli({ host: `unix://${join(dir.path, 'nobody.sock')}` }, { HOME: dir.path });
  const { code, stderr } = await estrato.run(['uninstall', '--yes']);
  expect([code, stderr]).toEqual([1, expect.stringContaining('give its --data-root')]);
});
