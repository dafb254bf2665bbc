import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import type { TreeRow } from '#engine/contract/layer.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Menu } from '#renderer/ui/menu.tsx';
import { saveFile } from '#renderer/ui/save-file.ts';

/** A file as it is, or with all that belongs to it in a tar; a folder always so. */
export function FileDownload({ row }: { readonly row: TreeRow }): ReactNode {
  const t = useTranslate();
  const isOpen = useStore(appStores().fileView, ({ file }) => file !== undefined);
  if (!isOpen) return null;
  const name = row.name === '' ? 'files' : row.name;
  const save = (as: 'file' | 'tar'): void => {
    void saveFile({
      fileName: as === 'tar' ? `${name}.tar` : name,
      open: () => appStores().fileView.getState().save(as),
      failed: t('files.downloadFailed'),
    });
  };
  const isFile = row.type === 'file' || row.type === 'hardlink';
  const tarLabel = row.type === 'directory' ? t('files.downloadFolder') : t('files.downloadTar');
  return (
    <Menu
      label={t('files.download')}
      trigger={<IconButton size="small" label={t('files.download')} icon={<Download aria-hidden />} />}
      actions={[
        ...(isFile ? [{ id: 'file', label: t('files.downloadFile'), onAction: () => save('file') }] : []),
        { id: 'tar', label: tarLabel, onAction: () => save('tar') },
      ]}
    />
  );
}
