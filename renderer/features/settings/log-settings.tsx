import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';

import { toEngineError } from '#engine/contract/errors.ts';
import type { LogSettings } from '#engine/contract/log.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';

const MEGABYTE = 1_000_000;
const MOST_FILES = 1000;

/** How much is kept of what containers print. */
export function Logs(): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { logSettings } = appStores();
  const { settings, failure } = useStore(logSettings);
  const [isChanging, setIsChanging] = useState(false);
  useEffect(() => void logSettings.getState().refresh(), [logSettings]);
  const words = (kept: LogSettings): string =>
    kept.maxBytes === 0
      ? t('settings.logsEndless')
      : t('settings.logsKept', { files: kept.maxFiles, size: format.bytes(kept.maxBytes) });
  return (
    <section className="settings-group" aria-labelledby="settings-logs">
      <h2 id="settings-logs">{t('settings.logs')}</h2>
      {failure !== undefined && <Banner tone="danger">{failure.message}</Banner>}
      {settings !== undefined && (
        <div className="settings-card">
          <div className="settings-row">
            <span className="settings-name">{words(settings)}</span>
            <Button size="small" onPress={() => setIsChanging(true)}>
              {t('settings.logsChange')}
            </Button>
          </div>
        </div>
      )}
      {isChanging && settings !== undefined && <LogsDialog settings={settings} onClose={() => setIsChanging(false)} />}
    </section>
  );
}

interface LogsDialogProps {
  readonly settings: LogSettings;
  readonly onClose: () => void;
}

function LogsDialog({ settings, onClose }: LogsDialogProps): ReactNode {
  const t = useTranslate();
  const [size, setSize] = useState(String(settings.maxBytes / MEGABYTE));
  const [files, setFiles] = useState(String(settings.maxFiles));
  const [failure, setFailure] = useState<string>();
  const isSize = /^\d{1,9}(\.\d+)?$/.test(size.trim());
  const isCount = /^\d+$/.test(files.trim()) && Number(files) >= 1 && Number(files) <= MOST_FILES;
  const submit = async (): Promise<void> => {
    if (!isSize || !isCount) return;
    try {
      const maxBytes = Math.round(Number(size) * MEGABYTE);
      await appStores()
        .logSettings.getState()
        .change({ maxBytes, maxFiles: Number(files) });
      onClose();
    } catch (thrown) {
      setFailure(toEngineError(thrown).message);
    }
  };
  return (
    <Dialog
      title={t('settings.logsTitle')}
      isOpen
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button variant="primary" type="submit" isDisabled={!isSize || !isCount}>
            {t('settings.logsSave')}
          </Button>
        </>
      }
    >
      <p className="soft">{t('settings.logsText')}</p>
      <TextField
        label={t('settings.logsSize')}
        help={t('settings.logsSizeHelp')}
        value={size}
        onChange={setSize}
        inputMode="decimal"
        error={isSize ? undefined : t('settings.logsBadSize')}
      />
      <TextField
        label={t('settings.logsFiles')}
        value={files}
        onChange={setFiles}
        inputMode="numeric"
        error={isCount ? undefined : t('settings.logsBadFiles')}
      />
      {failure !== undefined && <Banner tone="danger">{failure}</Banner>}
    </Dialog>
  );
}
