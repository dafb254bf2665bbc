import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Input } from 'react-aria-components';

import { type Translate, useTranslate } from '#renderer/i18n/translate.ts';
import { IconButton } from '#renderer/ui/icon-button.tsx';

import type { SearchResult, TerminalScreen } from './terminal-screen.ts';

interface TerminalSearchProps {
  readonly screen: TerminalScreen;
  readonly result: SearchResult | undefined;
  readonly onClose: () => void;
}

/** Finds text in all that a terminal still holds. */
export function TerminalSearch({ screen, result, onClose }: TerminalSearchProps): ReactNode {
  const t = useTranslate();
  const [text, setText] = useState('');
  const find = (direction: 'next' | 'previous'): void => screen.find(text, direction, { isIncremental: false });
  useEffect(() => () => screen.endSearch(), [screen]);
  return (
    <search className="terminal-search">
      <Input
        aria-label={t('terminal.search')}
        placeholder={t('terminal.search')}
        className="field-input"
        spellCheck={false}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- it is opened to type in it
        autoFocus
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          screen.find(event.target.value, 'next', { isIncremental: true });
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') find(event.shiftKey ? 'previous' : 'next');
          if (event.key === 'Escape') onClose();
        }}
      />
      <output className="terminal-found numbers">{text === '' ? '' : foundWords(result, t)}</output>
      <IconButton
        label={t('terminal.searchPrevious')}
        icon={<ChevronUp aria-hidden />}
        size="small"
        onPress={() => find('previous')}
      />
      <IconButton
        label={t('terminal.searchNext')}
        icon={<ChevronDown aria-hidden />}
        size="small"
        onPress={() => find('next')}
      />
      <IconButton label={t('terminal.searchClose')} icon={<X aria-hidden />} size="small" onPress={onClose} />
    </search>
  );
}

function foundWords(result: SearchResult | undefined, t: Translate): string {
  if (result === undefined || result.count === 0) return t('terminal.searchNone');
  if (result.index < 0) return t('terminal.searchMany', { count: result.count });
  return t('terminal.searchAt', { index: result.index + 1, count: result.count });
}
