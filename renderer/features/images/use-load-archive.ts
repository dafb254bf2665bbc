import { toEngineError } from '#engine/contract/errors.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { toast } from '#renderer/ui/toast.tsx';

/** Sends an archive to the engine and says how it went. */
export function useLoadArchive(): (file: File) => void {
  const t = useTranslate();
  const format = useFormat();
  const load = async (file: File): Promise<void> => {
    const { images, jobs } = appStores();
    jobs.getState().setPanelOpen(true);
    try {
      const names = await images.getState().load(file);
      toast({ tone: 'good', title: t('images.loaded', { names: format.list(names) }) });
    } catch (thrown) {
      const { code, message } = toEngineError(thrown);
      if (code === 'cancelled') return;
      toast({ tone: 'danger', title: t('images.loadFailed', { file: file.name }), text: message });
    }
  };
  return (file) => void load(file);
}
