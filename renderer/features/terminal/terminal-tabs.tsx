import { X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useStore } from 'zustand';

import type { ContainerDetails } from '#engine/contract/container.ts';
import type { Session } from '#engine/contract/terminal.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { sessionKey } from '#renderer/stores/sessions.ts';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { toast } from '#renderer/ui/toast.tsx';

import { NewTerminal } from './new-terminal.tsx';
import { NotStarted } from './not-started.tsx';
import { sessionNames, shownSessions } from './session-words.ts';
import { TerminalPane } from './terminal-pane.tsx';
import './terminal.css';

/** A tab for each terminal of the container; what runs in them does not depend on a tab. */
export function TerminalTabs({ details }: { readonly details: ContainerDetails }): ReactNode {
  const t = useTranslate();
  const container = details.summary.Id;
  const { sessions } = appStores();
  const { statuses, closed, front } = useStore(sessions);
  const { focusAsked, ask } = useFocusAsked();
  const key = (session: string): string => sessionKey({ container, session });
  const shown = shownSessions(details.sessions, {
    isSeen: (id) => key(id) in statuses,
    isClosed: (id) => closed.has(key(id)),
  });
  const names = sessionNames(details.sessions, t);
  const selected = shown.find(({ id }) => id === front[container]) ?? shown[0];
  const bringToFront = (session: string): void => sessions.getState().bringToFront({ container, session });
  const open = (session: string): void => {
    ask(session);
    bringToFront(session);
  };
  const opener = <NewTerminal details={details} names={names} onOpened={open} />;
  if (selected === undefined) return <NotStarted details={details} opener={opener} />;
  return (
    <Tabs
      className="terminals"
      selectedKey={selected.id}
      onSelectionChange={(id) => {
        // By arrow keys: the focus stays on the tabs.
        ask(undefined);
        bringToFront(String(id));
      }}
    >
      <div className="terminals-bar">
        <TabList aria-label={t('terminal.sessions')} className="terminals-list">
          {shown.map((session) => (
            <SessionTab
              key={session.id}
              session={session}
              name={names.get(session.id) ?? ''}
              onPointed={() => ask(session.id)}
            />
          ))}
        </TabList>
        <CloseTab container={container} session={selected} />
        {opener}
      </div>
      <TabPanel key={selected.id} id={selected.id} className="terminals-panel">
        <TerminalPane
          details={details}
          session={selected}
          name={names.get(selected.id) ?? ''}
          focusAsked={focusAsked(selected.id)}
          onLeave={focusSelected}
          onReplaced={ask}
        />
      </TabPanel>
    </Tabs>
  );
}

interface FocusAsked {
  /** How often; 0 for all but the terminal that was last asked for. */
  readonly focusAsked: (session: string) => number;
  readonly ask: (session: string | undefined) => void;
}

/** Which terminal was asked for to be typed in. */
function useFocusAsked(): FocusAsked {
  const [asked, setAsked] = useState<{ readonly session: string | undefined; readonly times: number }>({
    session: undefined,
    times: 0,
  });
  return {
    focusAsked: (session) => (asked.session === session ? asked.times : 0),
    ask: (session) => setAsked(({ times }) => ({ session, times: times + 1 })),
  };
}

/** @param inside an element of the terminals: the tabs are found from there, as React Aria renders them twice. */
function focusSelected(inside: Element | null): void {
  inside?.closest('.terminals')?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus();
}

interface SessionTabProps {
  readonly session: Session;
  readonly name: string;
  /** Chosen with a pointer: whoever points at a terminal wants to type in it. */
  readonly onPointed: () => void;
}

function SessionTab({ session, name, onPointed }: SessionTabProps): ReactNode {
  return (
    <Tab
      id={session.id}
      className="terminals-tab"
      onPress={({ pointerType }) => {
        if (pointerType === 'mouse' || pointerType === 'touch') onPointed();
      }}
    >
      <span aria-hidden className="terminals-dot" data-running={session.running} />
      {name}
    </Tab>
  );
}

interface CloseTabProps {
  readonly container: string;
  readonly session: Session;
}

function CloseTab({ container, session }: CloseTabProps): ReactNode {
  const t = useTranslate();
  if (session.kind === 'main') return null;
  return (
    <IconButton
      label={t('terminal.close')}
      icon={<X aria-hidden />}
      size="small"
      onPress={({ target }) => {
        focusSelected(target);
        appStores().sessions.getState().closeTab({ container, session: session.id });
        if (session.running) toast({ tone: 'good', title: t('terminal.closed'), text: t('terminal.closedText') });
      }}
    />
  );
}
