import { expect, test } from 'vitest';

import { chooseFront, parseStartOptions, wantsElectron } from './choose-front.ts';

const able = { platform: 'linux', isRoot: false, env: { DISPLAY: ':0' }, hasElectron: true };

test.each([
  ['a person at a display gets the window', able, 'desktop', 'window'],
  ['Wayland is a display', { ...able, env: { WAYLAND_DISPLAY: 'wayland-0' } }, 'desktop', 'window'],
  ['root gets the browser', { ...able, isRoot: true }, 'browser', 'root'],
  ['without a display there is the browser', { ...able, env: {} }, 'browser', 'no display'],
  ['an empty display is none', { ...able, env: { DISPLAY: '' } }, 'browser', 'no display'],
  ['without the binary there is the browser', { ...able, hasElectron: false }, 'browser', 'binary'],
  ['a Mac always has a display', { ...able, platform: 'darwin', env: {} }, 'desktop', 'window'],
])('%s', (_, circumstances, kind, why) => {
  const front = chooseFront(circumstances);
  expect(front.kind).toBe(kind);
  expect(front.why).toContain(why);
});

test('a binary is fetched only where it would be of use', () => {
  expect(wantsElectron(able)).toBe(true);
  expect(wantsElectron({ ...able, isRoot: true })).toBe(false);
});

test('options are understood in both spellings', () => {
  expect(parseStartOptions(['--data-root', '/d', '--port=8080', '--browser'])).toEqual({
    dataRoot: '/d',
    port: '8080',
    isBrowserWanted: true,
  });
});

test.each([[['--nonsense']], [['--port']], [['redis']]])('%j is refused with what there is', (args) => {
  expect(() => parseStartOptions(args)).toThrow('--data-root DIR');
});
