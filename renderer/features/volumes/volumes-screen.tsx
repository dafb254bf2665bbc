import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';

import type { VolumeSummary } from '#engine/contract/volume.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Loading } from '#renderer/ui/progress.tsx';

import { useVolumeRemoval } from './use-volume-removal.tsx';
import { VolumeActions } from './volume-actions.tsx';
import { VolumesNotices } from './volumes-notices.tsx';
import './volumes-screen.css';
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
  // A volume is filled by the first container that gets it, and grows while one runs: each such change is measured.
  const known = volumes.map(({ name, usedBy }) =>
    [name, ...usedBy.map(({ id, running }) => `${id}${running}`)].join(' '),
  );
  const uses = known.join('\n');
  useEffect(() => void measure(), [measure, uses]);
  const removal = useVolumeRemoval();
  return (
    <>
      <VolumesTable volumes={volumes} sizes={sizes} onRemove={removal.ask} />
      {removal.question}
    </>
  );
}
