import { expect, test } from 'vitest';

import { ImageStore } from '#engine/image/testing/image-store.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { RegistrySwitch } from './registry-switch.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const options = { listen: '127.0.0.1:0', push: false };

async function open(): Promise<AsyncDisposable & { readonly light: RegistrySwitch }> {
  await using undo = new AsyncDisposableStack();
  const dir = undo.use(await temporaryDirectory('switch'));
  const store = undo.use(await ImageStore.open(dir.path));
  const light = undo.use(new RegistrySwitch(store.parts, silent));
  const owned = undo.move();
  return { light, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test('it is on until it is switched off, and whoever watches is told', async () => {
  await using at = await open();
  const left = new AbortController();
  const seen = at.light.watch(left.signal);
  expect(await seen.next()).toMatchObject({ value: {} });
  const { address = '' } = await at.light.turnOn(options);
  expect(await seen.next()).toMatchObject({ value: { address, push: false, needsLogin: false } });
  expect((await fetch(`${address}/v2/`)).status).toBe(200);
  await at.light.turnOff();
  expect(await seen.next()).toEqual({ done: false, value: {} });
  await expect(fetch(`${address}/v2/`)).rejects.toThrow('fetch failed');
  left.abort();
  expect(await seen.next()).toMatchObject({ done: true });
});

test('it is not on twice, also when it is switched on twice at the same moment', async () => {
  await using at = await open();
  const [first, second] = await Promise.allSettled([at.light.turnOn(options), at.light.turnOn(options)]);
  expect([first.status, second]).toMatchObject(['fulfilled', { status: 'rejected', reason: { code: 'conflict' } }]);
});

test('what keeps it from listening leaves it off', async () => {
  await using at = await open();
  await expect(at.light.turnOn({ ...options, listen: '0.0.0.0:0' })).rejects.toMatchObject({ code: 'forbidden' });
  expect(await at.light.turnOn(options)).toHaveProperty('address');
});

test('with the engine it ends, and so does watching it', async () => {
  let address = '';
  {
    await using at = await open();
    ({ address = '' } = await at.light.turnOn(options));
  }
  await expect(fetch(`${address}/v2/`)).rejects.toThrow('fetch failed');
});
