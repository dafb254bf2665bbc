import { mkdir, writeFile } from 'node:fs/promises';
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

test('a folder with spaces in its name is told as it is', async () => {
  await using spaced = await temporaryDirectory('with two  spaces');
  await writeFile(join(spaced.path, 'Other file'), 'FROM scratch\nCOPY . /\n');
  await estrato.text('build', '-q', '-f', join(spaced.path, 'Other file'), spaced.path);
  const [last] = await engine.call('builds.list', {});
  expect(last?.parameters).toMatchObject({ folder: spaced.path, dockerfilePath: join(spaced.path, 'Other file') });
});

test('a file of rules that cannot be read is no file that is not there', async () => {
  await using odd = await temporaryDirectory('odd');
  await writeFile(join(odd.path, 'Dockerfile'), 'FROM scratch\nCOPY . /\n');
  await mkdir(join(odd.path, '.dockerignore'));
  const { code, stderr } = await estrato.run(['build', odd.path]);
  expect(code).toBe(1);
  expect(stderr).toContain('EISDIR');
});

test('two builds are compared step by step', async () => {
  const folder = await temporaryDirectory('compared');
  await using _ = folder;
  const build = async (content: string, last: string): Promise<void> => {
    await writeFile(join(folder.path, 'a'), content);
    await writeFile(join(folder.path, 'Dockerfile'), `FROM scratch\nCOPY a /a\nCOPY --link a /same/\n${last}`);
    await estrato.text('build', '-q', '-t', 'compared:1', folder.path);
  };
  await build('one', 'COPY a /b');
  await build('two', 'WORKDIR /c');
  const ids = (await engine.call('builds.list', {})).map(({ id }) => id);
  const [now = '', before = ''] = ids;
  const { steps } = await engine.call('builds.compare', { before: before.slice(0, 12), now });
  const sides = steps.map(({ text, ...sides }) => [text, 'before' in sides, 'now' in sides]);
  expect(sides).toEqual([
    ['FROM scratch', true, true],
    ['COPY a /a', true, true],
    ['COPY --link a /same/', true, true],
    ['WORKDIR /c', false, true],
    ['COPY a /b', true, false],
  ]);
  const table = await estrato.text('builds', 'compare', before.slice(0, 12), now);
  expect(table).toMatch(/^BEFORE +NOW +LAYER +STAGE +STEP\n/);
  expect(table).toMatch(/^\d\.\ds +\d\.\ds +other +0 +COPY a \/a$/m);
  expect(table).toMatch(/^- +\d\.\ds +0 +WORKDIR \/c$/m);
  expect(table).toMatch(/^\d\.\ds +\d\.\ds +other image +the whole build$/m);
  expect(await estrato.text('builds')).toMatch(/^[0-9a-f-]{12} +compared:1 +done /m);
  const none = await estrato.run(['builds', 'compare', 'nonesuch', now]);
  expect(none.stderr).toContain('There is no record of a build nonesuch; estrato builds lists them.');
});
