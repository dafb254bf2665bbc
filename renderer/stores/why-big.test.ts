import { expect, test } from 'vitest';

import { ScriptedEngine } from './scripted-engine.ts';
import { createWhyBigStore } from './why-big.ts';

test('an image is weighed once, and another anew', async () => {
  const engine = new ScriptedEngine();
  engine.answers['inspect.whyBig'] = ({ image }: { readonly image: string }) => ({ filesUnread: image.length });
  const store = createWhyBigStore(engine.client);
  const answer = () => store.getState().answer;
  store.getState().follow('a');
  await expect.poll(answer).toEqual({ status: 'shown', value: { filesUnread: 1 } });
  store.getState().follow('a')();
  store.getState().follow('bb');
  expect(answer()).toEqual({ status: 'loading' });
  await expect.poll(answer).toEqual({ status: 'shown', value: { filesUnread: 2 } });
  expect(engine.callsTo('inspect.whyBig')).toEqual([{ image: 'a' }, { image: 'bb' }]);
});

test('who leaves is told nothing, and asks again when back', async () => {
  const engine = new ScriptedEngine();
  engine.answers['inspect.whyBig'] = () => ({ filesUnread: 0 });
  const store = createWhyBigStore(engine.client);
  store.getState().follow('a')();
  store.getState().follow('a');
  await expect.poll(() => store.getState().answer?.status).toBe('shown');
  expect(engine.callsTo('inspect.whyBig')).toHaveLength(2);
});
