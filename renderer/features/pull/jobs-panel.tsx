import { X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { useStore } from 'zustand';

import type { Job } from '#engine/contract/job.ts';
import { type Translate, useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { Upload } from '#renderer/stores/images.ts';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { toast, type ToastMessage } from '#renderer/ui/toast.tsx';

import { JobCard } from './job-card.tsx';
import { overallShare } from './job-progress.ts';
import './jobs-panel.css';
import { UploadCard } from './upload-card.tsx';

/** The foot of the rail: how much is going on, and the panel that shows it, over whatever screen is there. */
export function JobsPanel(): ReactNode {
  const t = useTranslate();
  const { jobs, isPanelOpen, setPanelOpen } = useStore(appStores().jobs);
  const allUploads = useStore(appStores().images, (state) => state.uploads);
  const running = jobs.filter((job) => job.state === 'running');
  const uploads = allUploads.filter(({ name }) => !running.some((job) => job.kind === 'load' && job.title === name));
  const count = running.length + uploads.length;
  const button = useRef<HTMLButtonElement>(null);
  useJobToasts(jobs, isPanelOpen);
  const close = (): void => {
    setPanelOpen(false);
    button.current?.focus();
  };
  return (
    <>
      <AriaButton
        ref={button}
        className="rail-item"
        aria-expanded={isPanelOpen}
        onPress={() => setPanelOpen(!isPanelOpen)}
      >
        <Ring jobs={running} />
        {t('jobs.title')}
        {count > 0 && (
          <span className="rail-count">
            {count}
            <span className="unseen"> {t('jobs.running', { count })}</span>
          </span>
        )}
      </AriaButton>
      {isPanelOpen && <Panel jobs={jobs} uploads={uploads} onClose={close} />}
    </>
  );
}

const RADIUS = 7;
const ROUND = 2 * Math.PI * RADIUS;

/** How far everything that runs is, as one ring. */
function Ring({ jobs }: { readonly jobs: readonly Job[] }): ReactNode {
  const share = overallShare(jobs.flatMap((job) => job.progress?.layers ?? [])) ?? (jobs.length > 0 ? 0.1 : 0);
  return (
    <svg aria-hidden className="jobs-ring" viewBox="0 0 19 19">
      <circle cx="9.5" cy="9.5" r={RADIUS} />
      {share > 0 && (
        <circle cx="9.5" cy="9.5" r={RADIUS} strokeDasharray={ROUND} strokeDashoffset={ROUND * (1 - share)} />
      )}
    </svg>
  );
}

interface PanelProps {
  readonly jobs: readonly Job[];
  readonly uploads: readonly Upload[];
  readonly onClose: () => void;
}

function Panel({ jobs, uploads, onClose }: PanelProps): ReactNode {
  const t = useTranslate();
  const { dismissEnded } = appStores().jobs.getState();
  const hasEnded = jobs.some((job) => job.state !== 'running' && job.state !== 'paused');
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it from anywhere inside
    <aside className="jobs-panel" aria-label={t('jobs.title')} onKeyDown={onKeyDown}>
      <div className="jobs-head">
        <h2>{t('jobs.title')}</h2>
        {hasEnded && (
          <Button variant="quiet" size="small" onPress={() => void dismissEnded()}>
            {t('jobs.clear')}
          </Button>
        )}
        <IconButton label={t('ui.close')} icon={<X aria-hidden />} size="small" onPress={onClose} />
      </div>
      <div className="jobs-list">
        {jobs.length + uploads.length === 0 && <EmptyState title={t('jobs.empty')}>{t('jobs.emptyText')}</EmptyState>}
        {uploads.map((upload) => (
          <UploadCard key={upload.id} upload={upload} />
        ))}
        {jobs.map((job) => (
          <JobCard key={job.id} job={job} />
        ))}
      </div>
    </aside>
  );
}

function doneToast(job: Job, t: Translate): ToastMessage {
  const { kind, title, verification } = job;
  const bad = verification?.findings.filter(({ state }) => state !== 'repaired').length ?? 0;
  if (kind === 'verify' && bad > 0) return { tone: 'danger', title: t('jobs.toastDamaged', { count: bad }) };
  const words = { push: 'jobs.toastPushed', verify: 'jobs.toastVerified', save: 'jobs.toastSaved' } as const;
  const key = kind === 'push' || kind === 'verify' || kind === 'save' ? words[kind] : 'jobs.toastDone';
  return { tone: 'good', title: t(key, { title }) };
}

/** Says how a job ended to whoever doesn't have the panel open. */
function useJobToasts(jobs: readonly Job[], isPanelOpen: boolean): void {
  const t = useTranslate();
  const running = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    for (const job of jobs) {
      if (!running.current.has(job.id) || isPanelOpen) continue;
      if (job.state === 'done') toast(doneToast(job, t));
      if (job.state === 'failed') {
        const text = job.error === undefined ? {} : { text: job.error.message };
        toast({ tone: 'danger', title: t('jobs.toastFailed', { title: job.title }), ...text });
      }
    }
    running.current = new Set(jobs.filter((job) => job.state === 'running').map((job) => job.id));
  }, [jobs, isPanelOpen, t]);
}
