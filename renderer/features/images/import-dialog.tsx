import { FolderOpen } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { FileTrigger } from 'react-aria-components';

import { toEngineError } from '#engine/contract/errors.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { toast } from '#renderer/ui/toast.tsx';

/** A tar of a root file system becomes an image of one layer. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const t = useTranslate();
  const [file, setFile] = useState<File>();
  const [reference, setReference] = useState('');
  const [changes, setChanges] = useState('');
  const { failure, isPending, send } = useImport(onClose);
  const submit = (): void => {
    if (file !== undefined && !isPending) void send(file, { reference: reference.trim(), changes });
  };
  return (
    <Dialog
      title={t('images.importTitle')}
      isOpen
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" variant="primary" isPending={isPending} isDisabled={file === undefined}>
            {t('images.importAction')}
          </Button>
        </>
      }
    >
      <p className="soft">{t('images.importText')}</p>
      <div className="import-file">
        <FileTrigger onSelect={(files) => setFile(files?.[0])}>
          <Button icon={<FolderOpen aria-hidden />}>{t('images.importChoose')}</Button>
        </FileTrigger>
        <output className="cut">{file?.name}</output>
      </div>
      <TextField
        label={t('images.importName')}
        help={t('images.importNameHelp')}
        value={reference}
        onChange={setReference}
        placeholder="team/base:1.0"
        mono
      />
      <TextField
        label={t('images.importChanges')}
        help={t('images.importChangesHelp')}
        value={changes}
        onChange={setChanges}
        placeholder={'CMD ["sh"]'}
        rows={3}
        mono
      />
      {failure !== undefined && <Banner tone="danger">{failure}</Banner>}
    </Dialog>
  );
}

interface Written {
  /** Empty for an image without a name. */
  readonly reference: string;
  /** Instructions, one a line. */
  readonly changes: string;
}

interface Attempt {
  readonly failure: string | undefined;
  readonly isPending: boolean;
  readonly send: (file: File, written: Written) => Promise<void>;
}

function useImport(onDone: () => void): Attempt {
  const t = useTranslate();
  const [failure, setFailure] = useState<string>();
  const [isPending, setIsPending] = useState(false);
  const send: Attempt['send'] = async (file, { reference, changes }) => {
    setIsPending(true);
    setFailure(undefined);
    try {
      await appStores()
        .images.getState()
        .import(file, {
          reference: reference === '' ? undefined : reference,
          changes: changes.split('\n').filter((line) => line.trim() !== ''),
        });
      toast({ tone: 'good', title: t('images.imported', { name: reference === '' ? file.name : reference }) });
      onDone();
    } catch (thrown) {
      setFailure(toEngineError(thrown).message);
      setIsPending(false);
    }
  };
  return { failure, isPending, send };
}
