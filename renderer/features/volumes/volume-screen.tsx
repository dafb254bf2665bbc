import { Copy, Trash2 } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';

import type { VolumeSummary } from '#engine/contract/volume.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Badge } from '#renderer/ui/badge.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { Facts } from '#renderer/ui/facts.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { SaveButton } from '#renderer/ui/save-button.tsx';
import { SubjectHead } from '#renderer/ui/subject-head.tsx';

import { NewVolumeDialog } from './new-volume-dialog.tsx';
import { SavePoints } from './save-points.tsx';
import { useVolumeRemoval } from './use-volume-removal.tsx';
import { volumeLabel } from './volume-label.ts';
import { VolumesNotices } from './volumes-notices.tsx';
import './volumes-screen.css';

/** One volume: who has it, and the moments one can go back to. */
export function VolumeScreen({ volume }: { readonly volume: string }): ReactNode {
  const t = useTranslate();
  const volumes = useStore(appStores().volumes, (state) => state.volumes);
  const found = volumes?.find(({ name }) => name === volume);
  if (found !== undefined) return <VolumePage volume={found} />;
  return (
    <Page title={volume}>
      {volumes === undefined ? (
        <Loading />
      ) : (
        <EmptyState title={t('volumes.none')} actions={<LinkButton href="#/volumes">{t('volumes.toList')}</LinkButton>}>
          {t('volumes.noneText')}
        </EmptyState>
      )}
    </Page>
  );
}

function VolumePage({ volume }: { readonly volume: VolumeSummary }): ReactNode {
  const t = useTranslate();
  const labels = Object.entries(volume.labels).map(([name, value]) => ({ name, value, isCode: true }));
  return (
    <Page title={volumeLabel(volume)} head={<VolumeHead volume={volume} />}>
      <VolumesNotices />
      <div className="page-scroll">
        <div className="volume">
          <Users volume={volume} />
          <SavePoints volume={volume} />
          {labels.length > 0 && <Facts title={t('volumes.labels')} facts={labels} isWide />}
        </div>
      </div>
    </Page>
  );
}

function VolumeHead({ volume }: { readonly volume: VolumeSummary }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const [, navigate] = useLocation();
  const [isCloning, setIsCloning] = useState(false);
  const removal = useVolumeRemoval(() => navigate('/volumes', { replace: true }));
  const { volumes } = appStores();
  const bytes = useStore(volumes, ({ sizes }) => sizes[volume.name]);
  useEffect(() => void volumes.getState().measure(), [volumes, volume.name]);
  const { createdAt, directory, isAnonymous, usedBy } = volume;
  return (
    <SubjectHead
      list={{ href: '#/volumes', label: t('volumes.back') }}
      title={volumeLabel(volume)}
      marks={isAnonymous && <Badge>{t('volumes.anonymous')}</Badge>}
      facts={
        <>
          <span>{bytes === undefined ? t('volumes.measuring') : format.bytes(bytes)}</span>
          <span title={format.dateTime(createdAt)}>{format.ago(createdAt)}</span>
          <span className="volume-directory">
            <code className="cut" title={directory}>
              {directory}
            </code>
            <CopyButton text={directory} what={t('volumes.directory')} />
          </span>
        </>
      }
      actions={
        <>
          <ExportButton volume={volume} />
          <Button icon={<Copy aria-hidden />} onPress={() => setIsCloning(true)}>
            {t('volumes.clone')}
          </Button>
          <Button icon={<Trash2 aria-hidden />} isDisabled={usedBy.length > 0} onPress={() => removal.ask(volume)}>
            {t('volumes.removeAction')}
          </Button>
          {removal.question}
          {isCloning && (
            <NewVolumeDialog source={{ volume: volume.name, point: undefined }} onClose={() => setIsCloning(false)} />
          )}
        </>
      }
    />
  );
}

/** A tar of what it holds, to a file of the person's. */
function ExportButton({ volume }: { readonly volume: VolumeSummary }): ReactNode {
  const t = useTranslate();
  const name = volumeLabel(volume);
  return (
    <SaveButton
      label={t('volumes.export')}
      fileName={`${name}.tar`}
      open={() => appStores().volumes.getState().exportTar(volume.name)}
      saved={t('volumes.exported', { name })}
      failed={t('volumes.exportFailed', { name })}
    />
  );
}

function Users({ volume }: { readonly volume: VolumeSummary }): ReactNode {
  const t = useTranslate();
  return (
    <section>
      <h2>{t('volumes.users')}</h2>
      {volume.usedBy.length === 0 ? (
        <p className="faint">{t('volumes.noUsers')}</p>
      ) : (
        <ul className="volumes-users">
          {volume.usedBy.map(({ id, name, running }) => (
            <li key={id} className="volume-user">
              <a href={`#/containers/${id}`}>{name}</a>
              {running && <Badge tone="good">{t('volumes.running')}</Badge>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
