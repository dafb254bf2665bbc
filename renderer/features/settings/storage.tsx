import { ScanSearch, Trash2 } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';

import type { Job } from '#engine/contract/job.ts';
import { storageParts, type StorageSum } from '#engine/contract/store.ts';
import type { Verification } from '#engine/contract/verification.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Loading, ProgressBar } from '#renderer/ui/progress.tsx';
import { SizeBar } from '#renderer/ui/size-bar.tsx';

/** What images take on the disk, to the byte, what of it nobody uses, and whether it is whole. */
export function Storage(): ReactNode {
  const t = useTranslate();
  const { storage } = appStores();
  const { sum, failure } = useStore(storage);
  useEffect(() => storage.getState().follow(), [storage]);
  return (
    <section className="settings-group" aria-labelledby="settings-storage">
      <h2 id="settings-storage">{t('storage.title')}</h2>
      {failure !== undefined && <Banner tone="danger">{failure.message}</Banner>}
      {sum === undefined && failure === undefined && <Loading />}
      {sum !== undefined && <Sum sum={sum} />}
    </section>
  );
}

function Sum({ sum }: { readonly sum: StorageSum }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const inUse = sum.totalBytes - sum.unusedBytes;
  return (
    <div className="settings-card">
      <div className="settings-row storage-bar">
        <SizeBar
          label={t('storage.bar', { used: format.bytes(inUse), unused: format.bytes(sum.unusedBytes) })}
          first={inUse}
          second={sum.unusedBytes}
          whole={Math.max(1, sum.totalBytes)}
        />
      </div>
      <dl>
        {storageParts
          .filter((part) => sum[part] > 0)
          .map((part) => (
            <div key={part} className="settings-row">
              <dt>{t(`storage.${part}`)}</dt>
              <dd className="numbers">{format.bytes(sum[part])}</dd>
            </div>
          ))}
        <div className="settings-row">
          <dt>{t('storage.total', { images: sum.images, layers: sum.layers })}</dt>
          <dd className="numbers">
            <strong>{format.bytes(sum.totalBytes)}</strong>
          </dd>
        </div>
      </dl>
      <Prune sum={sum} />
      <Verify sum={sum} />
    </div>
  );
}

function Prune({ sum }: { readonly sum: StorageSum }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { imageRemoval } = appStores();
  return (
    <div className="settings-row">
      <span className="settings-name">{t('storage.unused', { bytes: format.bytes(sum.unusedBytes) })}</span>
      <span className="storage-actions">
        <Button size="small" onPress={() => void imageRemoval.getState().ask({ unused: 'untagged' })}>
          {t('storage.pruneUntagged')}
        </Button>
        <Button
          size="small"
          icon={<Trash2 aria-hidden />}
          onPress={() => void imageRemoval.getState().ask({ unused: 'all' })}
        >
          {t('storage.prune')}
        </Button>
      </span>
    </div>
  );
}

function Verify({ sum }: { readonly sum: StorageSum }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { jobs, storage } = appStores();
  const job = useStore(jobs, (state) => state.jobs.find(({ kind, title }) => kind === 'verify' && title === ''));
  const isRunning = job?.state === 'running';
  return (
    <>
      <div className="settings-row">
        <span className="settings-name">
          {sum.verifiedAt === undefined
            ? t('storage.neverVerified')
            : t('storage.verified', { time: format.ago(sum.verifiedAt) })}
        </span>
        {isRunning ? (
          <Button size="small" onPress={() => void jobs.getState().cancel(job.id)}>
            {t('ui.cancel')}
          </Button>
        ) : (
          <Button size="small" icon={<ScanSearch aria-hidden />} onPress={() => void storage.getState().verify()}>
            {t('storage.verify')}
          </Button>
        )}
      </div>
      {job?.verification !== undefined && <Verified job={job} verification={job.verification} />}
    </>
  );
}

function Verified({ job, verification }: { readonly job: Job; readonly verification: Verification }): ReactNode {
  const t = useTranslate();
  const { checked, total, checkedBytes, totalBytes, findings } = verification;
  return (
    <div className="settings-row storage-verified">
      {job.state === 'running' && (
        <ProgressBar label={t('storage.verifying')} share={totalBytes === 0 ? 0 : checkedBytes / totalBytes} />
      )}
      <output className="soft numbers">{t('storage.checked', { checked, total })}</output>
      {job.state === 'done' && findings.length === 0 && <Banner tone="plain">{t('storage.whole')}</Banner>}
      {findings.map(({ kind, digest, state, message }) => (
        <Banner
          key={`${kind} ${digest}`}
          tone={state === 'repaired' ? 'plain' : 'danger'}
          title={t(`storage.finding.${state}`)}
        >
          {message}
        </Banner>
      ))}
    </div>
  );
}
