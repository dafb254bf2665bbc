import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

let engine: TestEngine;
let context: TemporaryDirectory;
let estrato: EstratoCli;

beforeAll(async () => {
  engine = await startTestEngine();
  context = await temporaryDirectory('context');
  estrato = new EstratoCli(engine);
});
afterAll(async () => {
  await context[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

/** `estrato build --check` of a folder with this in it. */
async function checked(dockerfile: string, ...options: readonly string[]): Promise<{ code: number; stdout: string }> {
  await writeFile(join(context.path, 'Dockerfile'), dockerfile);
  const { code, stdout } = await estrato.run(['build', '--check', ...options, context.path]);
  return { code: code ?? -1, stdout };
}

test('a good Dockerfile has nothing said about it', async () => {
  const { code, stdout } = await checked('FROM scratch\nCOPY a /\nCMD ["/a"]\n');
  expect(stdout).toBe('Check complete, no warnings found.\n');
  expect(code).toBe(0);
});

test('what is wrong is shown with its lines', async () => {
  const { code, stdout } = await checked('FROM scratch\nRUN one \\\n  two\nCMD go\nCPY . .\n');
  expect(code).toBe(1);
  expect(stdout).toBe(`Dockerfile:5: error: unknown instruction: CPY (did you mean COPY?)
  5 | CPY . .

Dockerfile:4: warning: JSON arguments recommended for CMD to prevent unintended behavior related to OS signals (JSONArgsRecommended)
  4 | CMD go

`);
});

test('the variables of an image that is here are known', async () => {
  const image = await engine.loadStory();
  const { stdout } = await checked(`FROM ${image}\nCOPY $APP_HOME $APP_HOMES /\n`, '--format', 'json');
  expect(JSON.parse(stdout)).toEqual({
    problems: [
      {
        severity: 'warning',
        rule: 'UndefinedVar',
        message: "Usage of undefined variable '$APP_HOMES' (did you mean $APP_HOME?)",
        line: 2,
        column: 1,
        endLine: 2,
      },
    ],
  });
});

test('what is left out of the context is not copied', async () => {
  await writeFile(join(context.path, '.dockerignore'), '*.md\n');
  const { stdout } = await checked('# check=experimental=all\nFROM scratch\nCOPY notes.md /\n');
  expect(stdout).toContain('(CopyIgnoredFile)');
});
