import { expect, test } from 'vitest';

import { digestOf } from '#engine/testing/tar-fixture.ts';

import { Leases } from './leases.ts';

const [one, two] = [digestOf('one'), digestOf('two')];
const never = new AbortController().signal;

async function isRemoved(leases: Leases, digest = one): Promise<boolean> {
  return leases.removeUnheld(
    digest,
    () => false,
    () => Promise.resolve(),
  );
}

test('what is held stays until the last holder lets go', async () => {
  const leases = new Leases();
  const [first, second] = [leases.open(), leases.open()];
  await Promise.all([first.hold(one, two), second.hold(one)]);
  expect(first.release()).toEqual([one, two]);
  expect([await isRemoved(leases), await isRemoved(leases, two)]).toEqual([false, true]);
  second.release();
  expect(await isRemoved(leases)).toBe(true);
});

test('what is named twice, at once or later, is held once', async () => {
  const leases = new Leases();
  const lease = leases.open();
  await lease.hold(one, one);
  await lease.hold(one);
  expect(lease.release()).toEqual([one]);
  expect(await isRemoved(leases)).toBe(true);
  expect(lease.release()).toEqual([]);
});

test('what somebody still refers to is not removed', async () => {
  const leases = new Leases();
  const remove = (): Promise<void> => Promise.reject(new Error('not to be called'));
  expect(await leases.removeUnheld(one, () => true, remove)).toBe(false);
});

test('who holds something that is being removed goes on once it is gone', async () => {
  const leases = new Leases();
  const order: string[] = [];
  const [begun, gone] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  const removal = leases.removeUnheld(
    one,
    () => false,
    async () => {
      begun.resolve(undefined);
      await gone.promise;
      order.push('gone');
    },
  );
  await begun.promise;
  const lease = leases.open();
  const holding = lease.hold(one).then(() => order.push('held'));
  gone.resolve(undefined);
  await Promise.all([removal, holding]);
  expect(order).toEqual(['gone', 'held']);
  expect(await isRemoved(leases)).toBe(false);
});

test('a removal that fails keeps nobody from trying again', async () => {
  const leases = new Leases();
  const failing = leases.removeUnheld(
    one,
    () => false,
    () => Promise.reject(new Error('busy')),
  );
  await expect(failing).rejects.toThrow('busy');
  expect(await isRemoved(leases)).toBe(true);
});

test('those who want one digest take turns, and who gives up is passed over', async () => {
  const leases = new Leases();
  const order: string[] = [];
  const held = Promise.withResolvers<undefined>();
  const first = leases.inTurn(one, never, async () => {
    await held.promise;
    order.push('first');
  });
  const stop = new AbortController();
  const second = leases.inTurn(one, stop.signal, () => Promise.resolve(order.push('second')));
  const third = leases.inTurn(one, never, () => Promise.resolve(order.push('third')));
  await leases.inTurn(two, never, () => Promise.resolve(order.push('other')));
  stop.abort(new Error('enough'));
  await expect(second).rejects.toThrow('enough');
  held.resolve(undefined);
  await Promise.all([first, third]);
  expect(order).toEqual(['other', 'first', 'third']);
});
