import { Search, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { Button, Input, SearchField as AriaSearchField } from 'react-aria-components';

import { useTranslate } from '#renderer/i18n/translate.ts';

import './field.css';
import { Key } from './key.tsx';

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** `/` anywhere on the page leads to it. */
  readonly hasShortcut?: boolean;
}

export function SearchField({ label, value, onChange, hasShortcut = false }: SearchFieldProps): ReactNode {
  const t = useTranslate();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!hasShortcut) return undefined;
    const focus = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', focus);
    return () => document.removeEventListener('keydown', focus);
  }, [hasShortcut]);
  return (
    <AriaSearchField aria-label={label} value={value} onChange={onChange} className="search">
      <Search aria-hidden />
      <Input ref={input} className="field-input" placeholder={label} spellCheck={false} />
      {hasShortcut && (
        <span className="search-key">
          <Key>/</Key>
        </span>
      )}
      <Button className="search-clear" aria-label={t('ui.clearSearch')}>
        <X aria-hidden />
      </Button>
    </AriaSearchField>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable], .xterm') !== null;
}
