import type { ReactNode } from 'react';
import { Link } from 'react-aria-components';
import { useStore } from 'zustand';

import type { BuildRecord } from '#engine/contract/build.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { LinkButton } from '#renderer/ui/link-button.tsx';

import './build-history.css';
import { BuildState } from './build-state.tsx';

/** Builds of the same, newest first, with how long each took: the trend and the way to each of them. */
export function BuildHistory({ record }: { readonly record: BuildRecord }): ReactNode {
  const t = useTranslate();
  const builds = useStore(appStores().builds, (state) => state.builds);
  const same = sameBuilds(builds ?? [], record);
  const longest = Math.max(1, ...same.map(({ durationMs = 0 }) => durationMs));
  return (
    <ul className="build-history" aria-label={t('builds.history')}>
      {same.map((build) => (
        <HistoryRow key={build.id} build={build} shown={record} longest={longest} />
      ))}
    </ul>
  );
}

interface HistoryRowProps {
  readonly build: BuildRecord;
  /** The one whose page this is. */
  readonly shown: BuildRecord;
  /** Milliseconds of the longest of them. */
  readonly longest: number;
}

function HistoryRow({ build, shown, longest }: HistoryRowProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { id, state, startedAt, durationMs } = build;
  const isShown = id === shown.id;
  const [before, now] = startedAt < shown.startedAt ? [id, shown.id] : [shown.id, id];
  return (
    <li data-shown={isShown || undefined}>
      <span className="build-history-bar" data-state={state} aria-hidden>
        <span style={{ width: `${((durationMs ?? 0) / longest) * 100}%` }} />
      </span>
      <span className="numbers build-history-time">{durationMs === undefined ? '' : format.seconds(durationMs)}</span>
      <Link href={`#/builds/${id}`} className="builds-link cut" {...(isShown ? { 'aria-current': 'page' } : {})}>
        {format.ago(Date.parse(startedAt))}
      </Link>
      <BuildState state={state} />
      {!isShown && (
        <LinkButton
          href={`#/builds/compare?before=${before}&now=${now}`}
          size="small"
          label={t('builds.compareWith', { when: format.ago(Date.parse(startedAt)) })}
        >
          {t('builds.compare')}
        </LinkButton>
      )}
    </li>
  );
}

/** Of one folder and Dockerfile. */
export function sameBuilds(builds: readonly BuildRecord[], { project }: Pick<BuildRecord, 'project'>): BuildRecord[] {
  return builds.filter((build) => build.project === project);
}
