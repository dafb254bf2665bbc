import { ChevronDown, FileText, Folder, FolderOpen, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { useStore } from 'zustand';

import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { chosenFolder, type FolderFiles } from '#renderer/stores/folder-files.ts';
import { Button } from '#renderer/ui/button.tsx';
import { FormSection } from '#renderer/ui/form-section.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Menu } from '#renderer/ui/menu.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { Switch } from '#renderer/ui/switch.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';

import { type BuildDraft, wrongSecrets } from './build-draft.ts';
import { forgetFolder, recentFolders } from './build-memory.ts';

interface SectionProps {
  readonly draft: BuildDraft;
  readonly change: (fields: Partial<BuildDraft>) => void;
  /** Whether what is missing is to be said. */
  readonly isTried: boolean;
}

interface SourceProps extends SectionProps {
  readonly onRead: () => void;
  readonly onOpen: (folder: string) => void;
  readonly onGiven: (read: () => Promise<FolderFiles | undefined>) => void;
}

/** Where it is built from: a folder of the engine's machine, or one that this window was given. */
export function SourceSection({ draft, change, isTried, onRead, onOpen, onGiven }: SourceProps): ReactNode {
  const t = useTranslate();
  const { folder, given, file } = draft;
  const isWrong = isTried && given === undefined && !folder.startsWith('/');
  return (
    <FormSection title={t('builds.form.source')}>
      {given === undefined ? (
        <TextField
          label={t('builds.form.folder')}
          help={t('builds.form.folderHelp')}
          mono
          value={folder}
          onChange={(value) => change({ folder: value, known: undefined })}
          error={isWrong ? t('builds.form.needsFolder') : undefined}
        />
      ) : (
        <GivenFolder given={given} onLeave={() => change({ given: undefined })} />
      )}
      <TextField
        label={t('builds.form.file')}
        mono
        value={file}
        onChange={(value) => change({ file: value, known: undefined })}
      />
      <div className="builds-buttons">
        <Button
          icon={<FileText aria-hidden />}
          isDisabled={given !== undefined || !folder.startsWith('/')}
          onPress={onRead}
        >
          {t('builds.form.read')}
        </Button>
        <FileTrigger
          acceptDirectory
          onSelect={(list) => {
            const files = [...(list ?? [])];
            onGiven(() => Promise.try(() => chosenFolder(files)));
          }}
        >
          <Button icon={<FolderOpen aria-hidden />}>{t('builds.form.choose')}</Button>
        </FileTrigger>
        <RecentFolders onOpen={onOpen} />
      </div>
    </FormSection>
  );
}

function GivenFolder({ given, onLeave }: { readonly given: FolderFiles; readonly onLeave: () => void }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const bytes = [...given.files.values()].reduce((sum, { size }) => sum + size, 0);
  return (
    <div className="field">
      <span className="field-label">{t('builds.form.folder')}</span>
      <div className="builds-given">
        <Folder size={14} aria-hidden />
        <strong className="cut">{given.name}</strong>
        <span className="faint numbers">
          {t('builds.form.given', { files: given.files.size, size: format.bytes(bytes) })}
        </span>
        <IconButton label={t('builds.form.leave')} icon={<X aria-hidden />} size="small" onPress={onLeave} />
      </div>
      <span className="field-help">{t('builds.form.givenHelp')}</span>
    </div>
  );
}

/** Folders that were built before, each with its options as they were. */
function RecentFolders({ onOpen }: { readonly onOpen: (folder: string) => void }): ReactNode {
  const t = useTranslate();
  const [folders, setFolders] = useState(recentFolders);
  if (folders.length === 0) return null;
  const forgetAll = (): void => {
    folders.forEach(forgetFolder);
    setFolders([]);
  };
  return (
    <Menu
      label={t('builds.form.recent')}
      trigger={<Button icon={<ChevronDown aria-hidden />}>{t('builds.form.recent')}</Button>}
      actions={[
        ...folders.map((folder) => ({ id: folder, label: folder, onAction: () => onOpen(folder) })),
        { id: ' ', label: t('builds.form.forget'), onAction: forgetAll, startsGroup: true },
      ]}
    />
  );
}

export function ResultSection({ draft, change }: SectionProps): ReactNode {
  const t = useTranslate();
  const { tags, target, platform, push } = draft;
  return (
    <FormSection title={t('builds.form.result')}>
      <TextField
        label={t('builds.form.tags')}
        help={t('builds.form.tagsHelp')}
        mono
        placeholder="team/app:1.0"
        value={tags}
        onChange={(value) => change({ tags: value })}
      />
      <div className="form-pair">
        <TextField
          label={t('builds.form.target')}
          help={t('builds.form.targetHelp')}
          mono
          value={target}
          onChange={(value) => change({ target: value })}
        />
        <TextField
          label={t('builds.form.platform')}
          help={t('builds.form.platformHelp')}
          mono
          placeholder="linux/arm64"
          value={platform}
          onChange={(value) => change({ platform: value })}
        />
      </div>
      <Switch isSelected={push} onChange={(value) => change({ push: value })}>
        {t('builds.form.push')}
      </Switch>
    </FormSection>
  );
}

export function OptionsSection({ draft, change, isTried }: SectionProps): ReactNode {
  const t = useTranslate();
  const { args, secrets, noCache, pull } = draft;
  const [wrong] = wrongSecrets(secrets);
  return (
    <FormSection title={t('builds.form.options')}>
      <TextField
        label={t('builds.form.args')}
        help={t('builds.form.argsHelp')}
        mono
        rows={3}
        value={args}
        onChange={(value) => change({ args: value })}
      />
      <TextField
        label={t('builds.form.secrets')}
        help={t('builds.form.secretsHelp')}
        mono
        rows={2}
        value={secrets}
        onChange={(value) => change({ secrets: value })}
        error={isTried && wrong !== undefined ? t('builds.form.wrongSecret', { id: wrong }) : undefined}
      />
      <NetworkSelect draft={draft} change={change} />
      <Switch isSelected={noCache} onChange={(value) => change({ noCache: value })}>
        {t('builds.form.noCache')}
      </Switch>
      <Switch isSelected={pull} onChange={(value) => change({ pull: value })}>
        {t('builds.form.pull')}
      </Switch>
    </FormSection>
  );
}

const own: readonly string[] = ['default', 'none', 'host'];

function NetworkSelect({ draft, change }: Omit<SectionProps, 'isTried'>): ReactNode {
  const t = useTranslate();
  const networks = useStore(appStores().networks, (state) => state.networks);
  const names = [...own, draft.network, ...(networks ?? []).map(({ name }) => name)];
  return (
    <Select
      label={t('builds.form.network')}
      value={draft.network}
      onChange={(network) => change({ network })}
      choices={[...new Set(names)].map((name) => ({ value: name, label: labelOf(name) }))}
    />
  );
  function labelOf(name: string): string {
    if (name === 'default') return t('builds.form.network.default');
    if (name === 'none') return t('builds.form.network.none');
    return name === 'host' ? t('builds.form.network.host') : name;
  }
}
