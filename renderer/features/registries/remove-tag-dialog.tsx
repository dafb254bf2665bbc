import { type ReactNode, useState } from 'react';

import { toEngineError } from '#engine/contract/errors.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { ConfirmDialog } from '#renderer/ui/dialog.tsx';
import { shortDigest } from '#renderer/ui/hash.tsx';
import { Switch } from '#renderer/ui/switch.tsx';
import { toast } from '#renderer/ui/toast.tsx';
import { useAsked } from '#renderer/ui/use-asked.ts';

interface RemoveTagDialogProps {
  readonly reference: string;
  readonly onRemoved: () => void;
  readonly onClose: () => void;
}

/** At a registry there is no trash: says what goes before it does. */
export function RemoveTagDialog({ reference, onRemoved, onClose }: RemoveTagDialogProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const [whole, setWhole] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [isPending, setIsPending] = useState(false);
  const asked = useAsked(reference, (signal) => appStores().registries.getState().inspect(reference, signal));
  const remove = async (): Promise<void> => {
    setIsPending(true);
    setFailure(undefined);
    try {
      const { removed } = await appStores().registries.getState().remove(reference, whole);
      toast({ tone: 'good', title: t(`registries.removed.${removed}`, { name: reference }) });
      onRemoved();
      onClose();
    } catch (thrown) {
      setFailure(toEngineError(thrown).message);
      setIsPending(false);
    }
  };
  return (
    <ConfirmDialog
      title={t('registries.removeTitle', { name: reference })}
      isOpen
      action={t('registries.removeAction')}
      isPending={isPending}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <p className="soft">{t('registries.removeText')}</p>
      {asked.status === 'answered' && (
        <p className="numbers">
          {t('registries.leadsTo', {
            hash: shortDigest(asked.answer.digest),
            platforms: format.list(asked.answer.platforms),
          })}
        </p>
      )}
      <Switch isSelected={whole} onChange={setWhole}>
        {t('registries.removeWhole')}
      </Switch>
      {failure !== undefined && <Banner tone="danger">{failure}</Banner>}
    </ConfirmDialog>
  );
}
