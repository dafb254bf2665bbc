import { X } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';

import type { VolumeSummary } from '#engine/contract/volume.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Loading } from '#renderer/ui/progress.tsx';

import { RemoveVolumeDialog } from './remove-volume-dialog.tsx';
import { useRemoveVolume } from './use-remove-volume.ts';
import './volumes-screen.css';
import { VolumeActions } from './volume-actions.tsx';
import { VolumesTable } from './volumes-table.tsx';

/** `#/volumes`: what is kept, how large it is and who has it. */
export function VolumesScreen(): ReactNode {
  const t = useTranslate();
  const volumes = useStore(appStores().volumes, (state) => state.volumes);
  const listError = useStore(appStores().volumes, (state) => state.listError);
  const count = volumes?.length ?? 0;
  return (
    <Page
      title={t('volumes.title')}
      aside={count > 0 && <span className="faint numbers">{count}</span>}
      actions={<VolumeActions volumes={volumes ?? []} />}
    >
      <VolumesNotices />
      {volumes === undefined && listError === undefined && <Loading />}
      {volumes?.length === 0 && <EmptyVolumes />}
      {volumes !== undefined && count > 0 && <VolumesList volumes={volumes} />}
    </Page>
  );
}

function EmptyVolumes(): ReactNode {
  const t = useTranslate();
  return (
    <EmptyState title={t('volumes.emptyTitle')} actions={<LinkButton href="#/run">{t('containers.run')}</LinkButton>}>
      {t('volumes.emptyText')}
    </EmptyState>
  );
}

function VolumesList({ volumes }: { readonly volumes: readonly VolumeSummary[] }): ReactNode {
  const { sizes, measure } = useStore(appStores().volumes);
  const [removing, setRemoving] = useState<string>();
  // A volume is filled by the first container that gets it, and grows while one runs: each such change is measured.
  const known = volumes.map(({ name, usedBy }) =>
    [name, ...usedBy.map(({ id, running }) => `${id}${running}`)].join(' '),
  );
  const uses = known.join('\n');
  useEffect(() => void measure(), [measure, uses]);
  const asked = volumes.find(({ name }) => name === removing);
  const remove = useRemoveVolume();
  const keepsNothing = useStore(appStores().trash, ({ settings }) => settings?.maxBytes === 0);
  const onRemove = (volume: VolumeSummary): void => {
    if (keepsNothing) setRemoving(volume.name);
    else void remove(volume);
  };
  return (
    <>
      <VolumesTable volumes={volumes} sizes={sizes} onRemove={onRemove} />
      {asked !== undefined && (
        <RemoveVolumeDialog
          volume={asked}
          onConfirm={() => void remove(asked)}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </>
  );
}

/** What could not be listed or removed, above the list. */
function VolumesNotices(): ReactNode {
  const t = useTranslate();
  const { listError, failure, dismissFailure } = useStore(appStores().volumes);
  if (listError === undefined && failure === undefined) return null;
  return (
    <div className="page-notices">
      {listError !== undefined && (
        <Banner tone="danger" title={t('volumes.listFailed')}>
          {listError.message}
        </Banner>
      )}
      {failure !== undefined && (
        <Banner
          tone="danger"
          title={t('volumes.removeFailed', { name: failure.name })}
          actions={
            <IconButton size="small" label={t('ui.dismiss')} icon={<X aria-hidden />} onPress={dismissFailure} />
          }
        >
          {failure.error.message}
        </Banner>
      )}
    </div>
  );
}
