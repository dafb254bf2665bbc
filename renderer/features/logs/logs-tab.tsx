import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';

import type { ContainerDetails } from '#engine/contract/container.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { LogStatus, LogView } from '#renderer/stores/logs.ts';
import '#renderer/ui/ansi-colours.css';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { toast } from '#renderer/ui/toast.tsx';

import { LogLines } from './log-lines.tsx';
import { compileQuery, type LogMatcher } from './log-search.ts';
import { firstShown, logText } from './log-text.ts';
import { type LogChoices, LogTools } from './log-tools.tsx';
import './logs.css';
import { MatchingLines } from './parsed-lines.ts';

/** What the container's program printed, since it was created. */
export function LogsTab({ details }: { readonly details: ContainerDetails }): ReactNode {
  const { Id } = details.summary;
  const { logs } = appStores();
  const view = useStore(logs, (state) => state.logs[Id]);
  useEffect(() => logs.getState().open(Id), [logs, Id]);
  if (view === undefined || view.status.status === 'loading') return <Loading />;
  return <Log details={details} view={view} />;
}

const initialChoices: LogChoices = {
  query: { text: '', isRegex: false, matchCase: false },
  onlyMatches: false,
  hasTimes: false,
  isWrapped: true,
  isFollowing: true,
};

interface LogProps {
  readonly details: ContainerDetails;
  readonly view: LogView;
}

function Log({ details, view }: LogProps): ReactNode {
  const t = useTranslate();
  const { Id, Names } = details.summary;
  const name = Names[0]?.replace(/^\//, '') ?? Id.slice(0, 12);
  const [choices, setChoices] = useState(initialChoices);
  const [current, setCurrent] = useState<number>();
  const { matcher, problem, found, numbers } = useLines(view, choices);
  const at = current === undefined ? -1 : found.indexOf(current);
  const go = (direction: 'next' | 'previous'): void => {
    setCurrent(found[step(at, found.length, direction)]);
    setChoices({ ...choices, isFollowing: false });
  };
  const text = (): string => logText(view.buffer, numbers, choices);
  return (
    <div className="log">
      <LogTools
        choices={choices}
        onChoose={(change) => setChoices({ ...choices, ...change })}
        found={useFoundWords(choices.query.text, problem, { at, count: found.length })}
        onGo={go}
        onCopy={() => {
          navigator.clipboard.writeText(text()).then(
            () => toast({ tone: 'good', title: t('logs.copied', { count: numbers.length }) }),
            () => toast({ tone: 'danger', title: t('logs.copyFailed') }),
          );
        }}
        onDownload={() => download(`${name}.log`, text())}
        onClear={() => appStores().logs.getState().clear(Id)}
      />
      <LogNotices id={Id} view={view} />
      {numbers.length === 0 ? (
        <NoLines
          isSearched={choices.onlyMatches && found.length === 0 && view.buffer.end > 0}
          isKept={details.log.driver !== 'none'}
        />
      ) : (
        <LogLines
          label={t('logs.label', { name })}
          buffer={view.buffer}
          numbers={numbers}
          matcher={matcher}
          hasTimes={choices.hasTimes}
          isWrapped={choices.isWrapped}
          isFollowing={choices.isFollowing}
          onFollow={(isFollowing) => setChoices({ ...choices, isFollowing })}
          current={current}
        />
      )}
      <LogFoot count={numbers.length} status={view.status} isFollowing={choices.isFollowing} />
    </div>
  );
}

/** From where one is, around the end; from nowhere to the newest. */
function step(at: number, count: number, direction: 'next' | 'previous'): number {
  if (at < 0) return direction === 'next' ? 0 : count - 1;
  return (at + (direction === 'next' ? 1 : count - 1)) % count;
}

interface Lines {
  readonly matcher: LogMatcher | undefined;
  /** Why it can't be searched for. */
  readonly problem: string | undefined;
  readonly found: readonly number[];
  readonly numbers: readonly number[];
}

function useLines({ buffer, version, clearedUntil }: LogView, { query, onlyMatches }: LogChoices): Lines {
  const { text, isRegex, matchCase } = query;
  const compiled = useMemo(() => compileQuery({ text, isRegex, matchCase }), [text, isRegex, matchCase]);
  const matching = useMemo(
    () => (compiled.matcher === undefined ? undefined : new MatchingLines(compiled.matcher)),
    [compiled],
  );
  const { matcher, problem } = compiled;
  return useMemo(() => {
    const first = firstShown(buffer, clearedUntil);
    const found = matching?.of(buffer, first) ?? [];
    const all = (): readonly number[] => Array.from({ length: buffer.end - first }, (_, index) => first + index);
    return { matcher, problem, found, numbers: onlyMatches && matching !== undefined ? found : all() };
    // The buffer grows in place, and its version says so.
    // oxlint-disable-next-line react/exhaustive-deps -- so `version` stands for what is read
  }, [buffer, version, clearedUntil, matcher, problem, matching, onlyMatches]);
}

function useFoundWords(
  text: string,
  problem: string | undefined,
  { at, count }: { readonly at: number; readonly count: number },
): string {
  const t = useTranslate();
  const format = useFormat();
  if (text === '') return '';
  if (problem !== undefined) return t('logs.badRegex');
  if (count === 0) return t('logs.foundNone');
  return t('logs.found', { index: format.count(at + 1), count: format.count(count) });
}

function LogNotices({ id, view }: { readonly id: string; readonly view: LogView }): ReactNode {
  const t = useTranslate();
  const { status, clearedUntil } = view;
  const format = useFormat();
  const isHiding = clearedUntil > 0;
  const { missedBytes } = view.buffer;
  if (!isHiding && missedBytes === 0 && status.status !== 'reconnecting' && status.status !== 'failed') return null;
  return (
    <div className="log-notices">
      {status.status === 'reconnecting' && <Banner tone="plain">{t('logs.away')}</Banner>}
      {status.status === 'failed' && (
        <Banner tone="danger" title={t('logs.failed')}>
          {status.error.message}
        </Banner>
      )}
      {missedBytes > 0 && <Banner tone="plain">{t('logs.rotated', { size: format.bytes(missedBytes) })}</Banner>}
      {isHiding && (
        <Banner
          tone="plain"
          actions={
            <Button size="small" onPress={() => appStores().logs.getState().unclear(id)}>
              {t('logs.unclear')}
            </Button>
          }
        >
          {t('logs.cleared')}
        </Banner>
      )}
    </div>
  );
}

function NoLines({ isSearched, isKept }: { readonly isSearched: boolean; readonly isKept: boolean }): ReactNode {
  const t = useTranslate();
  if (!isKept) return <EmptyState title={t('logs.notKept')}>{t('logs.notKeptText')}</EmptyState>;
  if (isSearched) return <EmptyState title={t('logs.noMatches')} />;
  return <EmptyState title={t('logs.empty')}>{t('logs.emptyText')}</EmptyState>;
}

interface LogFootProps {
  readonly count: number;
  readonly status: LogStatus;
  readonly isFollowing: boolean;
}

function LogFoot({ count, status, isFollowing }: LogFootProps): ReactNode {
  const t = useTranslate();
  const isEnded = status.status === 'ended';
  return (
    <footer className="log-foot">
      <span className="numbers">{t('logs.lines', { count })}</span>
      <span>{isEnded ? t('logs.ended') : t(isFollowing ? 'logs.following' : 'logs.paused')}</span>
    </footer>
  );
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
