import { Eraser, Plus, Upload } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { FileTrigger } from 'react-aria-components';

import { toEngineError } from '#engine/contract/errors.ts';
import type { VolumeSummary } from '#engine/contract/volume.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Button } from '#renderer/ui/button.tsx';
import { ConfirmDialog } from '#renderer/ui/dialog.tsx';
import { toast } from '#renderer/ui/toast.tsx';

import { NewVolumeDialog } from './new-volume-dialog.tsx';
import { volumeLabel } from './volume-label.ts';

/** What can be done beside the list. */
export function VolumeActions({ volumes }: { readonly volumes: readonly VolumeSummary[] }): ReactNode {
  const t = useTranslate();
  const [isCreating, setIsCreating] = useState(false);
  const [isPruning, setIsPruning] = useState(false);
  const [file, setFile] = useState<File>();
  const unused = volumes.filter(({ usedBy }) => usedBy.length === 0);
  return (
    <>
      {unused.length > 0 && (
        <Button icon={<Eraser aria-hidden />} onPress={() => setIsPruning(true)}>
          {t('volumes.prune')}
        </Button>
      )}
      <FileTrigger onSelect={(files) => setFile(files?.[0])}>
        <Button icon={<Upload aria-hidden />}>{t('volumes.import')}</Button>
      </FileTrigger>
      <Button variant="primary" icon={<Plus aria-hidden />} onPress={() => setIsCreating(true)}>
        {t('volumes.create')}
      </Button>
      {isCreating && <NewVolumeDialog onClose={() => setIsCreating(false)} />}
      {file !== undefined && <NewVolumeDialog key={file.name} source={{ file }} onClose={() => setFile(undefined)} />}
      {isPruning && <PruneDialog unused={unused} onClose={() => setIsPruning(false)} />}
    </>
  );
}

interface PruneDialogProps {
  readonly unused: readonly VolumeSummary[];
  readonly onClose: () => void;
}

/** Says what would go before it goes. */
function PruneDialog({ unused, onClose }: PruneDialogProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { volumes } = appStores();
  const { sizes } = volumes.getState();
  const prune = async (): Promise<void> => {
    onClose();
    try {
      const { count, bytes } = await volumes.getState().prune(true);
      toast({ tone: 'good', title: t('volumes.pruned', { count, bytes: format.bytes(bytes) }) });
    } catch (thrown) {
      toast({ tone: 'danger', title: t('volumes.pruneFailed'), text: toEngineError(thrown).message });
    }
  };
  return (
    <ConfirmDialog
      title={t('volumes.pruneTitle', { count: unused.length })}
      isOpen
      action={t('volumes.removeAction')}
      onConfirm={() => void prune()}
      onClose={onClose}
    >
      <ul className="volumes-unused">
        {unused.map((volume) => (
          <li key={volume.name}>
            <span className="cut">{volumeLabel(volume)}</span>
            <span className="faint numbers">
              {sizes[volume.name] === undefined ? '' : format.bytes(sizes[volume.name] ?? 0)}
            </span>
          </li>
        ))}
      </ul>
      <p className="soft">{t('volumes.pruneText')}</p>
    </ConfirmDialog>
  );
}
