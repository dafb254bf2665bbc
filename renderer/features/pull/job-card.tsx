import { Pause, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';

import { errorCodes } from '#engine/contract/errors.ts';
import type { LayerProgress } from '#engine/contract/image.ts';
import type { Job } from '#engine/contract/job.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Badge, type Tone } from '#renderer/ui/badge.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { shortDigest } from '#renderer/ui/hash.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';
import { OutputPane } from '#renderer/ui/output-pane.tsx';
import { ProgressBar } from '#renderer/ui/progress.tsx';

import { barThickness, fetchedBytes, layerShare, overallShare } from './job-progress.ts';
import { rateOf, type Sample, timeLeft, withSample } from './transfer-rate.ts';

const tones: Readonly<Record<Job['state'], Tone>> = {
  running: 'accent',
  paused: 'plain',
  done: 'good',
  failed: 'danger',
  cancelled: 'plain',
};

export function JobCard({ job }: { readonly job: Job }): ReactNode {
  const t = useTranslate();
  const { cancel, dismiss, pause } = appStores().jobs.getState();
  // A verification of everything is about nothing in particular.
  const title = job.title === '' ? t(`jobs.kind.${job.kind}`) : job.title;
  const isRunning = job.state === 'running';
  return (
    <article className="job" aria-label={`${t(`jobs.kind.${job.kind}`)}: ${title}`}>
      <div className="job-head">
        <span className="job-title cut" title={title}>
          {title}
        </span>
        <Badge tone={tones[job.state]}>{t(`jobs.state.${job.state}`)}</Badge>
        {isRunning && job.isResumable === true && (
          <IconButton
            label={t('jobs.pause', { title })}
            icon={<Pause aria-hidden />}
            size="small"
            onPress={() => void pause(job.id)}
          />
        )}
        <IconButton
          label={t(isRunning ? 'jobs.cancel' : 'jobs.dismiss', { title })}
          icon={<X aria-hidden />}
          size="small"
          onPress={() => void (isRunning ? cancel(job.id) : dismiss(job.id))}
        />
      </div>
      <JobStatus job={job} />
      {job.progress !== undefined && job.state !== 'done' && (
        <LayerPicture title={title} layers={job.progress.layers} />
      )}
      {isRunning && <JobOutput job={job} />}
      <JobEnd job={job} />
    </article>
  );
}

function JobStatus({ job }: { readonly job: Job }): ReactNode {
  const t = useTranslate();
  const layers = job.progress?.layers ?? [];
  const isRunning = job.state === 'running';
  return (
    <>
      <div className="job-status">
        <span className="cut">{isRunning ? job.progress?.status : t(`jobs.kind.${job.kind}`)}</span>
        <FetchedBytes layers={layers} />
      </div>
      {isRunning && <Rate layers={layers} />}
      {isRunning && <Overall title={job.title} layers={layers} />}
    </>
  );
}

function FetchedBytes({ layers }: { readonly layers: readonly LayerProgress[] }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { current, total, existing } = fetchedBytes(layers);
  const bytes = { current: format.bytes(current), total: format.bytes(total) };
  return (
    <span className="numbers">
      {total > 0 && t('jobs.fetched', bytes)}
      {total === 0 && existing > 0 && t('jobs.alreadyHere', { bytes: format.bytes(existing) })}
    </span>
  );
}

/** How fast it goes, and how long it takes yet; nothing while nothing moves. */
function Rate({ layers }: { readonly layers: readonly LayerProgress[] }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { current, total } = fetchedBytes(layers);
  const samples = useRef<readonly Sample[]>([]);
  // Each news of the job is a sample; nothing is drawn anew for it.
  const [rate, setRate] = useState<number>();
  useEffect(() => {
    samples.current = withSample(samples.current, { at: performance.now(), bytes: current });
    setRate(rateOf(samples.current));
  }, [current]);
  if (rate === undefined || rate <= 0 || current >= total) return null;
  const { unit, count } = timeLeft(total - current, rate);
  return (
    <p className="job-status numbers">
      {t('jobs.left', { rate: format.bytes(Math.round(rate)), left: t(`jobs.${unit}`, { count }) })}
    </p>
  );
}

/** Seen only while there are no layers to draw; read aloud always. */
function Overall({ title, layers }: { readonly title: string; readonly layers: readonly LayerProgress[] }): ReactNode {
  const t = useTranslate();
  const label = t('jobs.progress', { title });
  if (layers.length === 0) return <ProgressBar label={label} share={undefined} />;
  return (
    <div className="unseen">
      <ProgressBar label={label} share={overallShare(layers) ?? 0} />
    </div>
  );
}

/** The stack as it fills: the base at the bottom, a bar's thickness by the bytes of its layer. */
function LayerPicture({
  title,
  layers,
}: {
  readonly title: string;
  readonly layers: readonly LayerProgress[];
}): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  if (layers.length === 0) return null;
  return (
    <ol className="job-layers" aria-label={t('jobs.layers', { title })}>
      {layers.toReversed().map((layer, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a layer may stand twice in a stack
        <li key={`${index}-${layer.digest}`} className="job-layer" data-state={layer.state}>
          <span className="job-layer-bar" style={{ height: barThickness(layer.total) }} aria-hidden>
            <span className="job-layer-fill" style={{ width: `${layerShare(layer) * 100}%` }} />
          </span>
          <code>{shortDigest(layer.digest, 8)}</code>
          <span className="cut">{t(`jobs.layer.${layer.state}`)}</span>
          <span className="job-layer-size">{format.bytes(layer.total)}</span>
        </li>
      ))}
    </ol>
  );
}

function JobOutput({ job }: { readonly job: Job }): ReactNode {
  const t = useTranslate();
  if (job.output === undefined || job.output.length === 0) return null;
  return <OutputPane label={t('jobs.output', { title: job.title })} lines={job.output} />;
}

function JobEnd({ job }: { readonly job: Job }): ReactNode {
  const t = useTranslate();
  const imageId = job.progress?.imageId;
  const code = errorCodes.find((candidate) => candidate === job.error?.code);
  return (
    <>
      {job.error !== undefined && (
        <p className="job-error">
          {code !== undefined && <strong>{t(`errors.${code}`)}: </strong>}
          {job.error.message}
        </p>
      )}
      {job.state === 'done' && imageId !== undefined && (
        <div className="job-actions">
          <LinkButton size="small" href={`#/images/${imageId}`}>
            {t('jobs.open')}
          </LinkButton>
        </div>
      )}
      <GoOn job={job} />
    </>
  );
}

/** What is paused or failed goes on from where it was; what was cancelled is asked for again. */
function GoOn({ job }: { readonly job: Job }): ReactNode {
  const t = useTranslate();
  const { id, kind, state, title, isResumable = false } = job;
  const canResume = isResumable && (state === 'paused' || state === 'failed');
  const isOver = state === 'failed' || state === 'cancelled';
  if (!canResume && !(kind === 'pull' && isOver)) return null;
  const { jobs, pullForm } = appStores();
  return (
    <div className="job-actions">
      {canResume ? (
        <Button size="small" onPress={() => void jobs.getState().resume(id)}>
          {t(state === 'paused' ? 'jobs.resume' : 'jobs.again')}
        </Button>
      ) : (
        <Button size="small" onPress={() => pullForm.getState().open(title)}>
          {t('jobs.again')}
        </Button>
      )}
    </div>
  );
}
