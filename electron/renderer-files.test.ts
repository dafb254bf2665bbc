import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { answerPage, answerRendererFile } from './renderer-files.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'estrato files-'));
  await mkdir(join(dir, 'renderer/assets'), { recursive: true });
  await mkdir(join(dir, 'renderer-other'));
  await writeFile(join(dir, 'renderer/index.html'), '<!doctype html>');
  await writeFile(join(dir, 'renderer/assets/app.js'), 'export {};');
  await writeFile(join(dir, 'renderer/notes.txt'), 'not for pages');
  await writeFile(join(dir, 'secret.js'), 'outside');
  await writeFile(join(dir, 'renderer-other/secret.js'), 'outside');
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

test.each([
  ['app://estrato/', 'text/html; charset=utf-8', '<!doctype html>'],
  ['app://estrato/index.html', 'text/html; charset=utf-8', '<!doctype html>'],
  ['app://estrato/assets/app.js?v=1#x', 'text/javascript; charset=utf-8', 'export {};'],
])('%s is given as %s', async (url, type, text) => {
  const answer = await answerRendererFile(join(dir, 'renderer'), url);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe(type);
  expect(await answer.text()).toBe(text);
});

test.each([
  '../secret.js',
  '%2e%2e/secret.js',
  '%2e%2e%2fsecret.js',
  'assets/..%2f..%2fsecret.js',
  '..%2frenderer-other%2fsecret.js',
  '%2fetc%2fpasswd.js',
  'assets%5c..%5c..%5csecret.js',
  'assets/app.js%00.html',
  '%E0%A4%A',
  'notes.txt',
  'assets',
  'missing.js',
])('app://estrato/%s is not given', async (path) => {
  const answer = await answerRendererFile(join(dir, 'renderer'), `app://estrato/${path}`);
  expect(answer.status).toBe(404);
  expect(await answer.text()).not.toContain('outside');
});

test('every answer forbids what the page does not need', async () => {
  const renderer = join(dir, 'renderer');
  const answers = [
    await answerRendererFile(renderer, 'app://estrato/'),
    await answerRendererFile(renderer, 'app://estrato/missing.js'),
    answerPage('<!doctype html>'),
  ];
  for (const { headers } of answers) {
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self' 'sha256-[A-Za-z0-9+/=]{44}';/);
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});
