import type { Restored, TrashEntry } from '#engine/contract/trash.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { RestoreHow } from '#renderer/stores/trash.ts';
import { goTo } from '#renderer/ui/hash-location.ts';
import { toast } from '#renderer/ui/toast.tsx';

/**
 * Brings something back and says so; a failure stands above the list.
 * @param how where its name is taken. @returns whether somebody has to say how.
 */
export function useRestore(): (entry: TrashEntry, how?: RestoreHow) => Promise<boolean> {
  const t = useTranslate();
  return async (entry, how) => {
    const { trash } = appStores();
    const back = await trash.getState().restore(entry.id, how);
    if (back === undefined) {
      const isNameTaken = trash.getState().failure?.error.code === 'conflict';
      if (isNameTaken) trash.getState().dismissFailure();
      return isNameTaken;
    }
    const onAction = (): void => goTo(addressOf(back));
    toast({
      tone: 'good',
      title: t('trash.restored', { name: back.name }),
      ...(back.warnings.length === 0 ? {} : { text: back.warnings.join(' ') }),
      action: { label: t('trash.open'), onAction },
    });
    return false;
  };
}

function addressOf({ kind, id }: Restored): string {
  if (kind === 'container') return `/containers/${id}/details`;
  return kind === 'volume' ? '/volumes' : `/images/${id}`;
}
