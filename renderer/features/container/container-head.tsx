import { type ReactNode, useEffect, useState } from 'react';

import type { ContainerDetails } from '#engine/contract/container.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { Badge, type Tone } from '#renderer/ui/badge.tsx';
import { Hash, shortDigest } from '#renderer/ui/hash.tsx';
import { SubjectHead } from '#renderer/ui/subject-head.tsx';

import { ContainerButtons } from './container-buttons.tsx';

/** What the container is called, how it is, and what can be done to it. */
export function ContainerHead({ details }: { readonly details: ContainerDetails }): ReactNode {
  const t = useTranslate();
  const { summary } = details;
  return (
    <SubjectHead
      list={{ href: '#/containers', label: t('container.back') }}
      title={summary.Names[0]?.replace(/^\//, '') ?? shortDigest(summary.Id)}
      marks={
        <>
          <Badge tone={toneOf(details)}>{t(`containers.state.${summary.State}`)}</Badge>
          {summary.health !== undefined && summary.State === 'running' && (
            <Badge tone={healthTones[summary.health]}>{t(`container.health.${summary.health}`)}</Badge>
          )}
        </>
      }
      facts={<HeadFacts details={details} />}
      actions={<ContainerButtons details={details} />}
    />
  );
}

const healthTones = { starting: 'plain', healthy: 'good', unhealthy: 'warning' } as const;

function toneOf({ summary, oomKilled }: ContainerDetails): Tone {
  if (summary.State === 'running') return 'good';
  if (summary.State === 'dead' || oomKilled) return 'danger';
  if (summary.State === 'exited') return summary.exitCode === 0 ? 'plain' : 'warning';
  return 'plain';
}

function HeadFacts({ details }: { readonly details: ContainerDetails }): ReactNode {
  const t = useTranslate();
  const { summary, oomKilled } = details;
  const image = summary.Image.startsWith('sha256:') ? shortDigest(summary.Image) : summary.Image;
  return (
    <>
      <Hash digest={summary.Id} what={t('containers.id')} />
      <a href={`#/images/${encodeURIComponent(summary.ImageID)}`} className="cut">
        {t('container.fromImage', { image })}
      </a>
      <Since details={details} />
      {oomKilled && <span className="container-alarm">{t('container.oomKilled')}</span>}
    </>
  );
}

/** When it started, or how and when it ended. */
function Since({ details: { summary } }: { readonly details: ContainerDetails }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const now = useMinutes();
  const ago = (time: number): string =>
    now - time < MINUTE_MS ? t('containers.momentAgo') : format.ago(Math.min(time, now), now);
  if (summary.startedAt === 0) return <span>{t('containers.neverStarted')}</span>;
  if (summary.State !== 'exited' && summary.State !== 'dead') {
    return (
      <span title={format.dateTime(summary.startedAt)}>
        {t('containers.startedAgo', { ago: ago(summary.startedAt) })}
      </span>
    );
  }
  const how = t('container.exited', { code: summary.exitCode });
  return (
    <span title={format.dateTime(summary.finishedAt)}>
      {t('containers.endedAgo', { how, ago: ago(summary.finishedAt) })}
    </span>
  );
}

const MINUTE_MS = 60_000;

/** The time, told anew twice a minute. */
function useMinutes(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE_MS / 2);
    return () => clearInterval(timer);
  }, []);
  return now;
}
