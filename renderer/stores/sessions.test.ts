import { expect, test, vi } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';

import { ScriptedEngine, type ScriptedTerminal } from './scripted-engine.ts';
import type { SessionScreen, SessionTarget } from './session-link.ts';
import { createSessionsStore, sessionKey, type SessionsStore } from './sessions.ts';

const target: SessionTarget = { container: 'c1', session: 'main' };
const lost = new EngineError('unavailable', 'The engine went away.');

class Paper implements SessionScreen {
  text = '';
  clears = 0;
  grid = { columns: 80, rows: 24 };
  /** While set, nothing that is written counts as drawn. */
  hold: Promise<void> | undefined;

  size(): { columns: number; rows: number } {
    return this.grid;
  }
  async write(bytes: Uint8Array): Promise<void> {
    this.text += new TextDecoder().decode(bytes);
    await this.hold;
  }
  clear(): void {
    this.clears += 1;
    this.text = '';
  }
  turnPage(): void {
    this.text += ' | ';
  }
}

interface Setting {
  readonly engine: ScriptedEngine;
  readonly store: SessionsStore;
  readonly screen: Paper;
  readonly terminal: (index: number) => ScriptedTerminal;
  readonly status: () => string | undefined;
}

function attach(): Setting {
  const engine = new ScriptedEngine();
  const store = createSessionsStore(engine.client, async () => undefined);
  const screen = new Paper();
  store.getState().attach(target, screen);
  return {
    engine,
    store,
    screen,
    terminal: (index) => {
      const terminal = engine.terminals[index];
      if (terminal === undefined) throw new Error(`nothing was attached ${index + 1} times`);
      return terminal;
    },
    status: () => store.getState().statuses[sessionKey(target)]?.status,
  };
}

test('attaches with the size of the grid, and is live with the first bytes', async () => {
  const { engine, screen, status, terminal } = attach();
  expect(status()).toBe('connecting');
  expect(engine.attachments).toEqual([{ id: 'c1', session: 'main', size: { columns: 80, rows: 24 } }]);
  terminal(0).say('/ # ');
  await vi.waitFor(() => expect(status()).toBe('live'));
  expect(screen.text).toBe('/ # ');
  expect(screen.clears).toBe(0);
});

test('is live without a byte when the replay was empty', async () => {
  const { status, terminal } = attach();
  terminal(0).messages.push({ replayed: true });
  await vi.waitFor(() => expect(status()).toBe('live'));
});

test('asks for the next bytes only when the last ones are drawn', async () => {
  const { screen, terminal } = attach();
  const drawn = Promise.withResolvers<void>();
  screen.hold = drawn.promise;
  terminal(0).say('one');
  terminal(0).say('two');
  await vi.waitFor(() => expect(screen.text).toBe('one'));
  await Promise.resolve();
  expect(terminal(0).bytes.asked).toBe(1);
  drawn.resolve();
  await vi.waitFor(() => expect(screen.text).toBe('onetwo'));
});

test('types in order and passes sizes on', async () => {
  const { store, terminal } = attach();
  for (const letter of 'echo') store.getState().type(target, letter);
  store.getState().resize(target, { columns: 100, rows: 30 });
  await vi.waitFor(() => expect(terminal(0).typed.join('')).toBe('echo'));
  expect(terminal(0).sizes).toEqual([{ columns: 100, rows: 30 }]);
});

test('says how the session ended, and can be attached again', async () => {
  const { engine, store, status, terminal } = attach();
  terminal(0).exit(137);
  await vi.waitFor(() => expect(status()).toBe('ended'));
  expect(store.getState().statuses[sessionKey(target)]).toEqual({ status: 'ended', exitCode: 137 });
  store.getState().attachAgain(target);
  expect(engine.terminals).toHaveLength(2);
  expect(status()).toBe('connecting');
});

test('waits for a lost engine, clears the screen once and shows the replay', async () => {
  const { screen, status, store, terminal } = attach();
  terminal(0).say('before');
  await vi.waitFor(() => expect(status()).toBe('live'));
  screen.grid = { columns: 120, rows: 40 };
  terminal(0).fail(lost);
  await vi.waitFor(() => expect(status()).toBe('reconnecting'));
  expect(screen.text).toBe('before');

  await vi.waitFor(() => terminal(1));
  terminal(1).say('before');
  terminal(1).say(' and after');
  await vi.waitFor(() => expect(screen.text).toBe('before and after'));
  expect(screen.clears).toBe(1);
  expect(status()).toBe('live');
  store.getState().type(target, 'x');
  await vi.waitFor(() => expect(terminal(1).typed).toEqual(['x']));
});

test('attaches anew with the size the grid has by then', async () => {
  const { engine, screen, terminal } = attach();
  screen.grid = { columns: 120, rows: 40 };
  terminal(0).fail(lost);
  await vi.waitFor(() => expect(engine.attachments[1]?.size).toEqual({ columns: 120, rows: 40 }));
});

test('does not try again what can not be had', async () => {
  const { engine, status, terminal } = attach();
  terminal(0).fail(new EngineError('not-found', 'No such container: c1'));
  await vi.waitFor(() => expect(status()).toBe('failed'));
  expect(engine.terminals).toHaveLength(1);
});

test('calls it a replay until the bytes before the notice are drawn', async () => {
  const { screen, store, terminal } = attach();
  const isReplaying = (): boolean => store.getState().isReplaying(target);
  const drawn = Promise.withResolvers<void>();
  screen.hold = drawn.promise;
  terminal(0).say('old');
  terminal(0).messages.push({ replayed: true });
  await vi.waitFor(() => expect(screen.text).toBe('old'));
  // The notice is read by now, whichever of the two was scheduled first.
  await new Promise((resolve) => setTimeout(resolve));
  await new Promise((resolve) => setTimeout(resolve));
  expect(isReplaying()).toBe(true);
  drawn.resolve();
  await vi.waitFor(() => expect(isReplaying()).toBe(false));
});

test('leaves nothing attached behind a closed tab', () => {
  const { store, status, terminal } = attach();
  store.getState().closeTab(target);
  expect(terminal(0).isClosed).toBe(true);
  expect(status()).toBeUndefined();
  expect([...store.getState().closed]).toEqual(['c1/main']);
  store.getState().reopenTab(target);
  expect(store.getState().closed.size).toBe(0);
});

test('starts a session in front of the others', async () => {
  const { engine, store } = attach();
  engine.answers['containers.exec'] = () => ({ session: 'e1' });
  const size = { columns: 80, rows: 24 };
  expect(await store.getState().start('c1', { command: ['/bin/sh'], user: 'app', size })).toBe('e1');
  expect(engine.callsTo('containers.exec')).toEqual([{ id: 'c1', command: ['/bin/sh'], tty: true, size, user: 'app' }]);
  expect(store.getState().front['c1']).toBe('e1');
});

test('attaches to a container that was started again, beneath what it had shown', async () => {
  const { screen, store, status, terminal } = attach();
  terminal(0).say('first run');
  terminal(0).exit(0);
  await vi.waitFor(() => expect(status()).toBe('ended'));
  store.getState().onEvent({ type: 'container', action: 'start', id: 'c1', attributes: {}, time: 1 });
  terminal(1).say('second run');
  await vi.waitFor(() => expect(screen.text).toBe('first run | second run'));
  expect(screen.clears).toBe(0);
});

test('leaves a living terminal alone when its container says that it was started', async () => {
  const { engine, store, status, terminal } = attach();
  terminal(0).say('x');
  await vi.waitFor(() => expect(status()).toBe('live'));
  store.getState().onEvent({ type: 'container', action: 'start', id: 'c1', attributes: {}, time: 1 });
  expect(engine.terminals).toHaveLength(1);
});

test('lets go of the terminals of a container that was removed', () => {
  const { store, status, terminal } = attach();
  store.getState().onEvent({ type: 'container', action: 'destroy', id: 'c1', attributes: {}, time: 1 });
  expect(terminal(0).isClosed).toBe(true);
  expect(status()).toBeUndefined();
});

test('attaches to a container that did not run when it was looked at, once it is started', async () => {
  const { engine, store, status, terminal } = attach();
  terminal(0).fail(new EngineError('conflict', 'The container web is not running; start it to attach to it.'));
  await vi.waitFor(() => expect(status()).toBe('failed'));
  store.getState().onEvent({ type: 'container', action: 'start', id: 'c1', attributes: {}, time: 1 });
  expect(engine.terminals).toHaveLength(2);
});

test('ends the input behind what was typed', async () => {
  const { store, terminal } = attach();
  store.getState().type(target, 'last line\n');
  store.getState().endInput(target);
  await vi.waitFor(() => expect(terminal(0).isInputEnded).toBe(true));
  expect(terminal(0).typed).toEqual(['last line\n']);
});
