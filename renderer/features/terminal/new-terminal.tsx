import { ChevronDown, Plus, RotateCcw, SquarePen, SquareTerminal } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';

import type { ContainerDetails } from '#engine/contract/container.ts';
import { toEngineError } from '#engine/contract/errors.ts';
import { type Translate, useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { SessionTarget } from '#renderer/stores/session-link.ts';
import { sessionKey } from '#renderer/stores/sessions.ts';
import type { ShellChoice } from '#renderer/stores/terminal-settings.ts';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Menu, type MenuAction } from '#renderer/ui/menu.tsx';
import { splitShellWords } from '#renderer/ui/shell-words.ts';
import { toast } from '#renderer/ui/toast.tsx';

import { OpenTerminalDialog } from './open-terminal-dialog.tsx';

interface NewTerminalProps {
  readonly details: ContainerDetails;
  readonly names: ReadonlyMap<string, string>;
  /** Told the session's id, when it runs or is back. */
  readonly onOpened: (session: string) => void;
}

/** Opens terminals: the shell that was used last for this image at once, others from a menu. */
export function NewTerminal({ details, names, onOpened }: NewTerminalProps): ReactNode {
  const t = useTranslate();
  const { summary, shells } = details;
  const { terminalSettings, sessions } = appStores();
  const last = useStore(terminalSettings, (state) => state.lastShells[summary.ImageID]);
  const closed = useStore(sessions, (state) => state.closed);
  const [isAsking, setIsAsking] = useState(false);
  const usual = last ?? shellChoice(shells[0]);
  const isRunning = summary.State === 'running';
  const open = async (choice: ShellChoice): Promise<void> => {
    const session = await startShell(details, choice, t);
    if (session !== undefined) onOpened(session);
  };
  return (
    <div className="terminals-new">
      <IconButton
        label={t('terminal.new')}
        icon={<Plus aria-hidden />}
        size="small"
        isDisabled={!isRunning}
        onPress={() => (usual === undefined ? setIsAsking(true) : void open(usual))}
      />
      <Menu
        label={t('terminal.newMenu')}
        trigger={
          <IconButton
            label={t('terminal.newMenu')}
            icon={<ChevronDown aria-hidden />}
            size="small"
            isDisabled={!isRunning}
          />
        }
        actions={[
          ...shells.map((shell) => shellAction(shell, (choice) => void open(choice))),
          {
            id: 'other',
            label: t('terminal.newWith'),
            icon: <SquarePen aria-hidden />,
            onAction: () => setIsAsking(true),
          },
          ...reopenActions(details, onOpened, { names, closed, t }),
        ]}
      />
      {isAsking && (
        <OpenTerminalDialog
          initial={usual ?? { command: '', user: '', workingDir: '' }}
          hasNoShell={shells.length === 0}
          onOpen={(choice) => void open(choice)}
          onClose={() => setIsAsking(false)}
        />
      )}
    </div>
  );
}

function shellAction(shell: string, onOpen: (choice: ShellChoice) => void): MenuAction {
  return {
    id: `shell ${shell}`,
    label: shell,
    icon: <SquareTerminal aria-hidden />,
    onAction: () => onOpen({ command: shell, user: '', workingDir: '' }),
  };
}

interface ReopenParts {
  readonly names: ReadonlyMap<string, string>;
  readonly closed: ReadonlySet<string>;
  readonly t: Translate;
}

/** What runs in tabs that were put away. */
function reopenActions(
  { summary, sessions }: ContainerDetails,
  onOpened: (session: string) => void,
  { names, closed, t }: ReopenParts,
): readonly MenuAction[] {
  const target = (session: string): SessionTarget => ({ container: summary.Id, session });
  const putAway = sessions.filter(({ id, running }) => running && closed.has(sessionKey(target(id))));
  return putAway.map(({ id }, index) => ({
    id,
    label: t('terminal.reopen', { name: names.get(id) ?? id.slice(0, 12) }),
    icon: <RotateCcw aria-hidden />,
    startsGroup: index === 0,
    onAction: () => {
      appStores().sessions.getState().reopenTab(target(id));
      onOpened(id);
    },
  }));
}

function shellChoice(command: string | undefined): ShellChoice | undefined {
  return command === undefined ? undefined : { command, user: '', workingDir: '' };
}

/** @returns the session's id, or nothing when it could not be started, which is said. */
async function startShell(
  { summary }: ContainerDetails,
  choice: ShellChoice,
  t: Translate,
): Promise<string | undefined> {
  const { sessions, terminalSettings } = appStores();
  const { words = [] } = splitShellWords(choice.command);
  try {
    const session = await sessions.getState().start(summary.Id, {
      command: words,
      size: { columns: 80, rows: 24 },
      ...(choice.user === '' ? {} : { user: choice.user }),
      ...(choice.workingDir === '' ? {} : { workingDir: choice.workingDir }),
    });
    terminalSettings.getState().rememberShell(summary.ImageID, choice);
    return session;
  } catch (thrown) {
    toast({ tone: 'danger', title: t('terminal.startFailed'), text: toEngineError(thrown).message });
    return undefined;
  }
}
