import type { TrashEntry } from '#engine/contract/trash.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { goTo } from '#renderer/ui/hash-location.ts';
import { toast } from '#renderer/ui/toast.tsx';

/**
 * Brings something back and says so; a failure stands above the list.
 * @param name where its own is taken. @returns whether another name is needed.
 */
export function useRestore(): (entry: TrashEntry, name?: string) => Promise<boolean> {
  const t = useTranslate();
  return async (entry, name) => {
    const { trash } = appStores();
    const back = await trash.getState().restore(entry.id, name);
    if (back === undefined) {
      const isNameTaken = trash.getState().failure?.error.code === 'conflict';
      if (isNameTaken) trash.getState().dismissFailure();
      return isNameTaken;
    }
    const onAction = (): void => goTo(back.kind === 'container' ? `/containers/${back.id}/details` : '/volumes');
    toast({
      tone: 'good',
      title: t('trash.restored', { name: back.name }),
      ...(back.warnings.length === 0 ? {} : { text: back.warnings.join(' ') }),
      action: { label: t('trash.open'), onAction },
    });
    return false;
  };
}
