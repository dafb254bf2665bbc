import { Layers, MoreHorizontal, Play, RotateCw, ScrollText, Square, SquareTerminal, Trash2, Zap } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-aria-components';
import { useStore } from 'zustand';

import type { ContainerSummary } from '#engine/contract/container.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { ContainerAction } from '#renderer/stores/containers.ts';
import { goTo } from '#renderer/ui/hash-location.ts';
import { Hint } from '#renderer/ui/hint.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Menu, type MenuAction } from '#renderer/ui/menu.tsx';

import { containerName, isAlive } from './container-words.ts';

interface ContainerActionsProps {
  readonly container: ContainerSummary;
  /** Its terminal and its log are then in the menu. */
  readonly isNarrow: boolean;
  readonly onRemove: (container: ContainerSummary) => void;
}

/** What can be done to the container of a row. */
export function ContainerActions({ container, isNarrow, onRemove }: ContainerActionsProps): ReactNode {
  const t = useTranslate();
  const name = containerName(container);
  const label = t('containers.actionsFor', { name });
  return (
    <span className="containers-row-actions">
      {!isNarrow && <Ways container={container} />}
      <StartOrStop container={container} />
      <Menu
        label={label}
        trigger={<IconButton label={label} icon={<MoreHorizontal aria-hidden />} />}
        actions={useMenuActions({ container, isNarrow, onRemove })}
      />
    </span>
  );
}

function Ways({ container }: Pick<ContainerActionsProps, 'container'>): ReactNode {
  const t = useTranslate();
  const name = containerName(container);
  return (
    <>
      <IconLink
        label={t('containers.terminalOf', { name })}
        icon={<SquareTerminal aria-hidden />}
        href={`#/containers/${container.Id}/terminal`}
      />
      <IconLink
        label={t('containers.logsOf', { name })}
        icon={<ScrollText aria-hidden />}
        href={`#/containers/${container.Id}/logs`}
      />
    </>
  );
}

function useWays({ Id }: ContainerSummary): readonly MenuAction[] {
  const t = useTranslate();
  return [
    {
      id: 'terminal',
      label: t('container.tab.terminal'),
      icon: <SquareTerminal aria-hidden />,
      onAction: () => goTo(`/containers/${Id}/terminal`),
    },
    {
      id: 'logs',
      label: t('container.tab.logs'),
      icon: <ScrollText aria-hidden />,
      onAction: () => goTo(`/containers/${Id}/logs`),
    },
  ];
}

function act(action: Exclude<ContainerAction, 'remove'>, { Id }: ContainerSummary): void {
  void appStores().containers.getState().act(action, [Id]);
}

function StartOrStop({ container }: Pick<ContainerActionsProps, 'container'>): ReactNode {
  const t = useTranslate();
  const isPending = useStore(appStores().containers, (state) => container.Id in state.pending);
  const name = containerName(container);
  if (isAlive(container.State)) {
    return (
      <IconButton
        label={t('containers.stopWhat', { name })}
        icon={<Square aria-hidden />}
        isDisabled={isPending}
        onPress={() => act('stop', container)}
      />
    );
  }
  return (
    <IconButton
      label={t('containers.startWhat', { name })}
      icon={<Play aria-hidden />}
      isDisabled={isPending || container.State === 'removing'}
      onPress={() => act('start', container)}
    />
  );
}

function useMenuActions({ container, isNarrow, onRemove }: ContainerActionsProps): readonly MenuAction[] {
  const t = useTranslate();
  const isPending = useStore(appStores().containers, (state) => container.Id in state.pending);
  const isDisabled = isPending || container.State === 'removing';
  const kill: MenuAction = {
    id: 'kill',
    label: t('containers.kill'),
    icon: <Zap aria-hidden />,
    // The way out while a stop waits for a program that ignores it.
    isDisabled: container.State === 'removing',
    onAction: () => act('kill', container),
  };
  const ways = useWays(container);
  return [
    ...(isNarrow ? ways : []),
    {
      id: 'restart',
      label: t('containers.restart'),
      icon: <RotateCw aria-hidden />,
      startsGroup: isNarrow,
      isDisabled,
      onAction: () => act('restart', container),
    },
    ...(isAlive(container.State) ? [kill] : []),
    {
      id: 'image',
      label: t('containers.openImage'),
      icon: <Layers aria-hidden />,
      onAction: () => goTo(`/images/${container.ImageID}`),
      startsGroup: true,
    },
    {
      id: 'remove',
      label: t('containers.remove'),
      icon: <Trash2 aria-hidden />,
      isDanger: true,
      startsGroup: true,
      isDisabled,
      onAction: () => onRemove(container),
    },
  ];
}

interface IconLinkProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly href: string;
}

/** A link that looks like an icon button: it can be opened elsewhere, copied and gone back from. */
function IconLink({ label, icon, href }: IconLinkProps): ReactNode {
  return (
    <Hint text={label}>
      <Link href={href} aria-label={label} className="button" data-variant="quiet" data-size="medium" data-square="">
        {icon}
      </Link>
    </Hint>
  );
}
