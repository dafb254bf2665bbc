import {
  CaseSensitive,
  ChevronDown,
  ChevronUp,
  Clock,
  Copy,
  Download,
  Eraser,
  ListFilter,
  Regex,
  WrapText,
} from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { Group, ToggleButton } from 'react-aria-components';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { Hint } from '#renderer/ui/hint.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { SearchField } from '#renderer/ui/search-field.tsx';
import { Switch } from '#renderer/ui/switch.tsx';

import type { LogQuery } from './log-search.ts';

/** How the log is looked at. */
export interface LogChoices {
  readonly query: LogQuery;
  readonly onlyMatches: boolean;
  readonly hasTimes: boolean;
  readonly isWrapped: boolean;
  readonly isFollowing: boolean;
}

interface LogToolsProps {
  readonly choices: LogChoices;
  readonly onChoose: (choices: Partial<LogChoices>) => void;
  /** What the search found, in words. */
  readonly found: string;
  readonly onGo: (direction: 'next' | 'previous') => void;
  readonly onCopy: () => void;
  readonly onDownload: () => void;
  readonly onClear: () => void;
}

export function LogTools({ choices, onChoose, found, onGo, onCopy, onDownload, onClear }: LogToolsProps): ReactNode {
  const t = useTranslate();
  const { query } = choices;
  const search = (change: Partial<LogQuery>): void => onChoose({ query: { ...query, ...change } });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    onGo(event.shiftKey ? 'previous' : 'next');
  };
  return (
    <Group className="log-tools" aria-label={t('logs.tools')} onKeyDown={onKeyDown}>
      <SearchField label={t('logs.search')} value={query.text} onChange={(text) => search({ text })} hasShortcut />
      <Toggle
        label={t('logs.regex')}
        icon={<Regex aria-hidden />}
        isOn={query.isRegex}
        onToggle={(isRegex) => search({ isRegex })}
      />
      <Toggle
        label={t('logs.matchCase')}
        icon={<CaseSensitive aria-hidden />}
        isOn={query.matchCase}
        onToggle={(matchCase) => search({ matchCase })}
      />
      <Toggle
        label={t('logs.onlyMatches')}
        icon={<ListFilter aria-hidden />}
        isOn={choices.onlyMatches}
        onToggle={(onlyMatches) => onChoose({ onlyMatches })}
      />
      <IconButton
        label={t('logs.previous')}
        icon={<ChevronUp aria-hidden />}
        size="small"
        onPress={() => onGo('previous')}
      />
      <IconButton label={t('logs.next')} icon={<ChevronDown aria-hidden />} size="small" onPress={() => onGo('next')} />
      <output className="log-found numbers">{found}</output>
      <span className="log-space" />
      <Toggle
        label={t('logs.times')}
        icon={<Clock aria-hidden />}
        isOn={choices.hasTimes}
        onToggle={(hasTimes) => onChoose({ hasTimes })}
      />
      <Toggle
        label={t('logs.wrap')}
        icon={<WrapText aria-hidden />}
        isOn={choices.isWrapped}
        onToggle={(isWrapped) => onChoose({ isWrapped })}
      />
      <IconButton label={t('logs.copy')} icon={<Copy aria-hidden />} size="small" onPress={onCopy} />
      <IconButton label={t('logs.download')} icon={<Download aria-hidden />} size="small" onPress={onDownload} />
      <IconButton label={t('logs.clear')} icon={<Eraser aria-hidden />} size="small" onPress={onClear} />
      <Switch isSelected={choices.isFollowing} onChange={(isFollowing) => onChoose({ isFollowing })}>
        {t('logs.follow')}
      </Switch>
    </Group>
  );
}

interface ToggleProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly isOn: boolean;
  readonly onToggle: (isOn: boolean) => void;
}

function Toggle({ label, icon, isOn, onToggle }: ToggleProps): ReactNode {
  return (
    <Hint text={label}>
      <ToggleButton
        aria-label={label}
        className="button log-toggle"
        data-variant="quiet"
        data-size="small"
        data-square=""
        isSelected={isOn}
        onChange={onToggle}
      >
        {icon}
      </ToggleButton>
    </Hint>
  );
}
