import type { Session } from '#engine/contract/terminal.ts';
import type { Translate } from '#renderer/i18n/translate.ts';
import { exitReason } from '#renderer/stores/exit-reason.ts';

/** The tabs' names: the container's own process, and each other by its command, counted where several have the same. */
export function sessionNames(sessions: readonly Session[], t: Translate): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const { id, kind, command } of sessions) {
    const name = kind === 'main' ? t('terminal.main') : programName(command);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    names.set(id, count === 1 ? name : `${name} ${count}`);
  }
  return names;
}

/** `/bin/bash` is called `bash`. */
export function programName(command: readonly string[]): string {
  const [program = ''] = command;
  return program.slice(program.lastIndexOf('/') + 1) || program;
}

/** Why a program ended, in a sentence. */
export function exitSentence(exitCode: number, oomKilled: boolean, t: Translate): string {
  const reason = exitReason(exitCode, oomKilled);
  if (reason.kind === 'signal') {
    return t(`terminal.exit.${reason.cause}`, { code: reason.code, signal: reason.signal });
  }
  return reason.kind === 'failure'
    ? t('terminal.exit.failure', { code: reason.code })
    : t(`terminal.exit.${reason.kind}`);
}

/** What has a tab: the main process, what runs, and what was seen ending in this window. */
export function shownSessions(
  sessions: readonly Session[],
  { isSeen, isClosed }: { readonly isSeen: (id: string) => boolean; readonly isClosed: (id: string) => boolean },
): readonly Session[] {
  return sessions.filter(({ id, kind, running }) => !isClosed(id) && (kind === 'main' || running || isSeen(id)));
}
