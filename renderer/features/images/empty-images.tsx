import { Download, FolderOpen, Hammer } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { FileTrigger, Link } from 'react-aria-components';
import { useStore } from 'zustand';

import { toEngineError } from '#engine/contract/errors.ts';
import type { Job } from '#engine/contract/job.ts';
import type { SystemInfo } from '#engine/contract/system.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { OutputPane } from '#renderer/ui/output-pane.tsx';
import { Spinner } from '#renderer/ui/progress.tsx';

import { StrataPicture } from './strata-picture.tsx';

type Starter = SystemInfo['starters'][number];

interface EmptyImagesProps {
  readonly onFile: (file: File) => void;
  readonly onImport: () => void;
}

/** The first screen of a new machine: three ways to the first image. */
export function EmptyImages({ onFile, onImport }: EmptyImagesProps): ReactNode {
  const t = useTranslate();
  const { pullForm } = appStores();
  return (
    <div className="page-scroll">
      <div className="images-empty">
        <StrataPicture />
        <h2>{t('images.emptyTitle')}</h2>
        <p>{t('images.emptyText')}</p>
        <div className="images-ways">
          <section className="images-way">
            <h3>{t('images.fromRegistry')}</h3>
            <p>{t('images.fromRegistryText')}</p>
            <div className="images-way-actions">
              <Button variant="primary" icon={<Download aria-hidden />} onPress={() => pullForm.getState().open()}>
                {t('images.pullMore')}
              </Button>
            </div>
          </section>
          <Starters />
          <section className="images-way">
            <h3>{t('images.fromFile')}</h3>
            <p>{t('images.fromFileText')}</p>
            <div className="images-way-actions">
              <FileTrigger onSelect={(files) => [...(files ?? [])].forEach(onFile)}>
                <Button icon={<FolderOpen aria-hidden />}>{t('images.load')}</Button>
              </FileTrigger>
              <Button onPress={onImport}>{t('images.import')}</Button>
            </div>
          </section>
        </div>
        <StarterProgress />
        <MachineSummary />
      </div>
    </div>
  );
}

function Starters(): ReactNode {
  const t = useTranslate();
  const starters = useStore(appStores().system, (state) => state.info?.starters) ?? [];
  const isBusy = useStore(appStores().jobs, (state) => state.jobs.some(isRunningBootstrap));
  const [failure, setFailure] = useState<string>();
  const make = async (kind: Starter['kind']): Promise<void> => {
    setFailure(undefined);
    try {
      await appStores().images.getState().bootstrap(kind);
    } catch (thrown) {
      setFailure(toEngineError(thrown).message);
    }
  };
  const reasons = new Set(starters.flatMap(({ available, reason }) => (available ? [] : [reason ?? ''])));
  return (
    <section className="images-way">
      <h3>{t('images.fromPackages')}</h3>
      <p>{t('images.fromPackagesText')}</p>
      {[...reasons].map((reason) => (
        <p key={reason} className="faint small">
          {reason}
        </p>
      ))}
      <div className="images-way-actions">
        {starters.map(({ kind, available }) => (
          <Button
            key={kind}
            icon={<Hammer aria-hidden />}
            isDisabled={!available || isBusy}
            onPress={() => void make(kind)}
          >
            {t('images.makeStarter', { name: kind })}
          </Button>
        ))}
      </div>
      {failure !== undefined && <Banner tone="danger">{failure}</Banner>}
    </section>
  );
}

/** Whether the machine is ready for more than looking, with the way to all there is to say of that. */
function MachineSummary(): ReactNode {
  const t = useTranslate();
  const { check, lookOver } = useStore(appStores().system);
  useEffect(() => void lookOver(), [lookOver]);
  if (check?.status !== 'shown') return null;
  const wanting = check.value.filter(({ state }) => state !== 'available').length;
  return (
    <p className="images-machine">
      {t('images.machineReady', { wanting })} <Link href="#/check">{t('images.machineMore')}</Link>
    </p>
  );
}

function isRunningBootstrap(job: Job): boolean {
  return job.kind === 'bootstrap' && job.state === 'running';
}

/** What the work prints, as it prints it. */
function StarterProgress(): ReactNode {
  const t = useTranslate();
  const job = useStore(appStores().jobs, (state) => state.jobs.find(({ kind }) => kind === 'bootstrap'));
  const output = job?.output;
  if (job === undefined) return null;
  return (
    <>
      {job.state === 'running' && (
        <output className="images-output-head">
          <Spinner />
          {t('images.makingStarter', { name: job.title })}
          <span className="faint">{job.progress?.status}</span>
        </output>
      )}
      {output !== undefined && output.length > 0 && (
        <OutputPane label={t('images.starterOutput', { name: job.title })} lines={output} />
      )}
      {job.error !== undefined && <Banner tone="danger">{job.error.message}</Banner>}
    </>
  );
}
