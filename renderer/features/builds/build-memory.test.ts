import { afterEach, expect, test, vi } from 'vitest';

import { emptyDraft } from './build-draft.ts';
import { presets, recentFolders, rememberDraft, rememberedOptions, savePreset } from './build-memory.ts';

afterEach(() => vi.unstubAllGlobals());

function storage(items = new Map<string, string>()): Pick<Storage, 'getItem' | 'setItem'> {
  return { getItem: (key) => items.get(key) ?? null, setItem: (key, value) => void items.set(key, value) };
}

test('the folder that was built last comes first, with its options', () => {
  vi.stubGlobal('localStorage', storage());
  rememberDraft({ ...emptyDraft, folder: '/one', tags: 'one:1' });
  rememberDraft({ ...emptyDraft, folder: '/two' });
  rememberDraft({ ...emptyDraft, folder: '/one', tags: 'one:2' });
  expect(recentFolders()).toEqual(['/one', '/two']);
  expect(rememberedOptions('/one')).toMatchObject({ tags: 'one:2' });
});

test('a storage that takes nothing keeps nobody from building', () => {
  const full = (): never => {
    throw new Error('QuotaExceededError');
  };
  vi.stubGlobal('localStorage', { ...storage(), setItem: full });
  expect(() => {
    rememberDraft({ ...emptyDraft, folder: '/one' });
    savePreset('usual', emptyDraft);
  }).not.toThrow();
  expect(recentFolders()).toEqual([]);
});

test('what is no memory is none', () => {
  vi.stubGlobal('localStorage', storage(new Map([['estrato.builds', 'null']])));
  expect([recentFolders(), presets(), rememberedOptions('/one')]).toEqual([[], {}, {}]);
});
