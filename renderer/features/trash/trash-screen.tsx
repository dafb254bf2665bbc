import { Settings2, Trash2, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';

import type { TrashEntry, TrashSettings } from '#engine/contract/trash.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { RestoreHow } from '#renderer/stores/trash.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Loading } from '#renderer/ui/progress.tsx';

import { RemoveForGood } from './remove-for-good.tsx';
import { RestoreAs } from './restore-as.tsx';
import { RestoreTags } from './restore-tags.tsx';
import './trash.css';
import { TrashSettingsDialog } from './trash-settings-dialog.tsx';
import { TrashTable } from './trash-table.tsx';
import { useRestore } from './use-restore.ts';

/** `#/trash`: what was removed, and the way back. */
export function TrashScreen(): ReactNode {
  const t = useTranslate();
  const { entries, listError, settings } = useStore(appStores().trash);
  return (
    <Page
      title={t('trash.title')}
      aside={<Aside entries={entries ?? []} settings={settings} />}
      actions={<Actions entries={entries ?? []} settings={settings} />}
    >
      <TrashNotices />
      {entries === undefined && listError === undefined && <Loading />}
      {entries?.length === 0 && <EmptyState title={t('trash.none')}>{t('trash.noneText')}</EmptyState>}
      {entries !== undefined && entries.length > 0 && <TrashList entries={entries} />}
    </Page>
  );
}

function Actions({ entries, settings }: AsideProps): ReactNode {
  const t = useTranslate();
  const [isEmptying, setIsEmptying] = useState(false);
  const [isSetting, setIsSetting] = useState(false);
  return (
    <>
      {settings !== undefined && (
        <Button icon={<Settings2 aria-hidden />} onPress={() => setIsSetting(true)}>
          {t('trash.settings')}
        </Button>
      )}
      {entries.length > 0 && (
        <Button icon={<Trash2 aria-hidden />} onPress={() => setIsEmptying(true)}>
          {t('trash.empty')}
        </Button>
      )}
      {isEmptying && <RemoveForGood entries={entries} isAll onClose={() => setIsEmptying(false)} />}
      {isSetting && settings !== undefined && (
        <TrashSettingsDialog settings={settings} onClose={() => setIsSetting(false)} />
      )}
    </>
  );
}

const DAY = 86_400;

interface AsideProps {
  readonly entries: readonly TrashEntry[];
  readonly settings: TrashSettings | undefined;
}

function Aside({ entries, settings }: AsideProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const bytes = entries.reduce((total, entry) => total + (entry.bytes ?? 0), 0);
  const kept =
    settings?.maxBytes === 0
      ? t('trash.keepsNothing')
      : t('trash.budget', {
          days: t('trash.days', { count: Math.round((settings?.maxAgeSeconds ?? 0) / DAY) }),
          bytes: format.bytes(settings?.maxBytes ?? 0),
        });
  return (
    <span className="faint numbers trash-aside">
      {entries.length > 0 && <span>{t('trash.total', { bytes: format.bytes(bytes) })}</span>}
      {settings !== undefined && <span>{kept}</span>}
    </span>
  );
}

function TrashList({ entries }: { readonly entries: readonly TrashEntry[] }): ReactNode {
  const restore = useRestore();
  const [naming, setNaming] = useState<TrashEntry>();
  const [removing, setRemoving] = useState<TrashEntry>();
  const bringBack = async (entry: TrashEntry, how?: RestoreHow): Promise<void> => {
    if (await restore(entry, how)) setNaming(entry);
  };
  return (
    <>
      <TrashTable
        entries={entries}
        onRestore={(entry) => (entry.isNameTaken ? setNaming(entry) : void bringBack(entry))}
        onRemove={setRemoving}
      />
      {naming !== undefined && naming.image === undefined && (
        <RestoreAs
          entry={naming}
          onClose={() => setNaming(undefined)}
          onRestore={(name) => void bringBack(naming, { name })}
        />
      )}
      {naming?.image !== undefined && (
        <RestoreTags
          name={naming.name}
          taken={naming.image.taken}
          onClose={() => setNaming(undefined)}
          onRestore={(taken) => void bringBack(naming, { taken })}
        />
      )}
      {removing !== undefined && (
        <RemoveForGood entries={[removing]} isAll={false} onClose={() => setRemoving(undefined)} />
      )}
    </>
  );
}

function TrashNotices(): ReactNode {
  const t = useTranslate();
  const { listError, failure, dismissFailure } = useStore(appStores().trash);
  if (listError === undefined && failure === undefined) return null;
  return (
    <div className="page-notices">
      {listError !== undefined && (
        <Banner tone="danger" title={t('trash.listFailed')}>
          {listError.message}
        </Banner>
      )}
      {failure !== undefined && (
        <Banner
          tone="danger"
          title={t(`trash.failed.${failure.action}`, { name: failure.name })}
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
