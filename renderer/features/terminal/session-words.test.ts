import { expect, test } from 'vitest';

import type { Session } from '#engine/contract/terminal.ts';
import { translate } from '#renderer/i18n/translate.ts';

import { exitSentence, programName, sessionNames, shownSessions } from './session-words.ts';

const t = translate.bind(undefined, 'en');

function session(id: string, fields: Partial<Session> = {}): Session {
  return {
    id,
    kind: 'exec',
    command: ['/bin/sh'],
    tty: true,
    running: true,
    startedAt: '2026-01-01T00:00:00Z',
    ...fields,
  };
}

test('tabs are named by their program, and counted where that says too little', () => {
  const sessions = [session('main', { kind: 'main' }), session('a'), session('b', { command: ['top'] }), session('c')];
  expect([...sessionNames(sessions, t).values()]).toEqual(['Main process', 'sh', 'top', 'sh 2']);
});

test.each([
  [['/usr/bin/env', 'sh'], 'env'],
  [['/'], '/'],
  [[], ''],
])('%j is called %j', (command, name) => {
  expect(programName(command)).toBe(name);
});

test('a command that ended elsewhere has no tab, one that ended here keeps it', () => {
  const sessions = [
    session('main', { kind: 'main', running: false }),
    session('ended', { running: false }),
    session('seen', { running: false }),
    session('put-away'),
  ];
  const shown = shownSessions(sessions, { isSeen: (id) => id === 'seen', isClosed: (id) => id === 'put-away' });
  expect(shown.map(({ id }) => id)).toEqual(['main', 'seen']);
});

test.each([
  [0, false, 'Exit code 0: it finished.'],
  [3, false, 'Exit code 3: the program reported a failure.'],
  [127, false, 'Exit code 127: the command was not found.'],
  [143, false, 'Exit code 143: it was asked to stop (SIGTERM).'],
  [139, false, 'Exit code 139: it crashed (SIGSEGV).'],
  [137, true, 'It used more memory than it was given, and the kernel ended it.'],
])('exit code %i, out of memory %s: %s', (code, oomKilled, sentence) => {
  expect(exitSentence(code, oomKilled, t)).toBe(sentence);
});
