import { Bookmark, BookmarkPlus, ChevronDown, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { Menu, type MenuAction } from '#renderer/ui/menu.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';

import { type BuildDraft, plainOptions } from './build-draft.ts';
import { presets, removePreset, savePreset } from './build-memory.ts';

interface PresetsMenuProps {
  readonly draft: BuildDraft;
  readonly change: (fields: Partial<BuildDraft>) => void;
}

/** Options under names, to build any folder with: they are taken, kept and removed here. */
export function PresetsMenu({ draft, change }: PresetsMenuProps): ReactNode {
  const t = useTranslate();
  const [known, setKnown] = useState(presets);
  const [isNaming, setIsNaming] = useState(false);
  const names = Object.keys(known);
  const remove = (name: string): void => {
    removePreset(name);
    setKnown(presets());
  };
  const actions: readonly MenuAction[] = [
    ...names.map((name) => ({
      id: `use ${name}`,
      label: name,
      icon: <Bookmark aria-hidden />,
      onAction: () => change({ ...plainOptions, ...known[name] }),
    })),
    {
      id: 'save',
      label: t('builds.preset.save'),
      icon: <BookmarkPlus aria-hidden />,
      onAction: () => setIsNaming(true),
      startsGroup: names.length > 0,
    },
    ...names.map((name, at) => ({
      id: `remove ${name}`,
      label: t('builds.preset.remove', { name }),
      icon: <Trash2 aria-hidden />,
      onAction: () => remove(name),
      isDanger: true,
      startsGroup: at === 0,
    })),
  ];
  const trigger = <Button icon={<ChevronDown aria-hidden />}>{t('builds.preset.title')}</Button>;
  return (
    <>
      <Menu label={t('builds.preset.title')} trigger={trigger} actions={actions} />
      {isNaming && (
        <NameDialog
          onClose={() => setIsNaming(false)}
          onName={(name) => {
            savePreset(name, draft);
            setKnown(presets());
            setIsNaming(false);
          }}
        />
      )}
    </>
  );
}

interface NameDialogProps {
  readonly onClose: () => void;
  readonly onName: (name: string) => void;
}

function NameDialog({ onClose, onName }: NameDialogProps): ReactNode {
  const t = useTranslate();
  const [name, setName] = useState('');
  return (
    <Dialog
      title={t('builds.preset.save')}
      isOpen
      onClose={onClose}
      onSubmit={() => {
        if (name.trim() !== '') onName(name.trim());
      }}
      footer={
        <Button type="submit" variant="primary" isDisabled={name.trim() === ''}>
          {t('builds.preset.keep')}
        </Button>
      }
    >
      <TextField label={t('builds.preset.name')} help={t('builds.preset.nameHelp')} value={name} onChange={setName} />
    </Dialog>
  );
}
