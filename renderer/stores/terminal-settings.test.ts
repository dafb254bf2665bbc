import { expect, test } from 'vitest';

import { createTerminalSettingsStore } from './terminal-settings.ts';

class Drawer {
  readonly kept: Map<string, string> = new Map();
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
}

test('remembers what was chosen', () => {
  const drawer = new Drawer();
  const first = createTerminalSettingsStore(drawer).getState();
  expect(first).toMatchObject({ fontSize: 13, copyOnSelect: false, screenReader: false });
  first.zoom('in');
  first.change({ copyOnSelect: true });
  first.rememberShell('sha256:1', { command: '/bin/ash', user: 'app', workingDir: '' });
  expect(createTerminalSettingsStore(drawer).getState()).toMatchObject({
    fontSize: 14,
    copyOnSelect: true,
    lastShells: { 'sha256:1': { command: '/bin/ash', user: 'app', workingDir: '' } },
  });
});

test('keeps letters readable however often one zooms', () => {
  const { getState } = createTerminalSettingsStore(new Drawer());
  for (let step = 0; step < 40; step += 1) getState().zoom('out');
  expect(getState().fontSize).toBe(8);
  for (let step = 0; step < 40; step += 1) getState().zoom('in');
  expect(getState().fontSize).toBe(32);
  getState().zoom('reset');
  expect(getState().fontSize).toBe(13);
});

test.each([
  'not json',
  '[]',
  'null',
  '{"fontSize":"big"}',
  '{"fontSize":900}',
  '{"lastShells":{"a":3,"b":{"command":1}}}',
])('is not broken by %s in the storage', (text) => {
  const drawer = new Drawer();
  drawer.setItem('estrato.terminal', text);
  expect(createTerminalSettingsStore(drawer).getState()).toMatchObject({ fontSize: 13, lastShells: {} });
});
