import { AArrowDown, AArrowUp, ClipboardPaste, Copy, Ellipsis, Search, TextSelect } from 'lucide-react';
import type { ReactNode } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Menu } from '#renderer/ui/menu.tsx';
import { toast } from '#renderer/ui/toast.tsx';

import { isMac, type TerminalScreen } from './terminal-screen.ts';

interface TerminalMenuProps {
  readonly screen: TerminalScreen;
  readonly onCopy: (text: string) => void;
  readonly onSearch: () => void;
}

/** The shortcuts, for those who don't know them. */
export function TerminalMenu({ screen, onCopy, onSearch }: TerminalMenuProps): ReactNode {
  const t = useTranslate();
  const { zoom } = appStores().terminalSettings.getState();
  const paste = async (): Promise<void> => {
    try {
      screen.pasteWithConsent(await navigator.clipboard.readText());
    } catch {
      const keys = isMac ? '⌘V' : 'Ctrl+Shift+V';
      toast({ tone: 'danger', title: t('terminal.pasteRefused'), text: t('terminal.pasteRefusedText', { keys }) });
    }
  };
  return (
    <Menu
      label={t('terminal.menu')}
      trigger={<IconButton label={t('terminal.menu')} icon={<Ellipsis aria-hidden />} size="small" />}
      actions={[
        {
          id: 'copy',
          label: t('terminal.copy'),
          icon: <Copy aria-hidden />,
          onAction: () => onCopy(screen.selection),
        },
        { id: 'paste', label: t('terminal.paste'), icon: <ClipboardPaste aria-hidden />, onAction: () => void paste() },
        {
          id: 'all',
          label: t('terminal.selectAll'),
          icon: <TextSelect aria-hidden />,
          onAction: () => screen.selectAll(),
        },
        { id: 'find', label: t('terminal.find'), icon: <Search aria-hidden />, onAction: onSearch },
        {
          id: 'larger',
          label: t('terminal.larger'),
          icon: <AArrowUp aria-hidden />,
          startsGroup: true,
          onAction: () => zoom('in'),
        },
        { id: 'smaller', label: t('terminal.smaller'), icon: <AArrowDown aria-hidden />, onAction: () => zoom('out') },
      ]}
    />
  );
}
