import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { Command } from 'commander';
import { expect, test, vi } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { addCompletion } from './completion.ts';

const run = promisify(execFile);

async function bashScript(): Promise<string> {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    const program = new Command().enablePositionalOptions();
    addCompletion(program);
    await program.parseAsync(['completion', 'bash'], { from: 'user' });
    return written.mock.calls.map(([text]) => text).join('');
  } finally {
    written.mockRestore();
  }
}

/** What bash offers for the last word, when these are the words that may stand there. */
async function offered(script: string, { words, last }: { words: readonly string[]; last: string }): Promise<string> {
  const line = `estrato() { printf '%s\\n' "\${WORDS[@]}"; }
    ${script}
    WORDS=("\${@:2}"); COMP_WORDS=(estrato rm "$1"); COMP_CWORD=2; _estrato; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['--noprofile', '--norc', '-c', line, 'bash', last, ...words]);
  return stdout;
}

test('bash offers what begins as the word does', async () => {
  const script = await bashScript();
  expect(await offered(script, { words: ['web', 'webserver', 'db'], last: 'we' })).toBe('web\nwebserver\n');
  expect(await offered(script, { words: ['redis:4.0', 'team/app'], last: '' })).toBe('redis:4.0\nteam/app\n');
  expect(await offered(script, { words: ['db'], last: 'we' })).toBe('\n');
});

test('a name carries nothing out, not when it is offered and not when it stands there', async () => {
  await using dir = await temporaryDirectory('completion');
  const mark = join(dir.path, 'mark');
  const text = await offered(await bashScript(), { words: [`a$(touch ${mark})`], last: 'a' });
  expect(existsSync(mark)).toBe(false);
  await run('bash', ['-c', `: ${text}`]);
  expect(existsSync(mark)).toBe(false);
});
