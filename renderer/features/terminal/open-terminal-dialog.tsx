import { type ReactNode, useState } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';
import type { ShellChoice } from '#renderer/stores/terminal-settings.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { splitShellWords } from '#renderer/ui/shell-words.ts';
import { TextField } from '#renderer/ui/text-field.tsx';

interface OpenTerminalDialogProps {
  readonly initial: ShellChoice;
  readonly hasNoShell: boolean;
  readonly onOpen: (choice: ShellChoice) => void;
  readonly onClose: () => void;
}

/** Which command, as whom and where. */
export function OpenTerminalDialog({ initial, hasNoShell, onOpen, onClose }: OpenTerminalDialogProps): ReactNode {
  const t = useTranslate();
  const [choice, setChoice] = useState(initial);
  const [problem, setProblem] = useState<string>();
  const submit = (): void => {
    const { words, problem: found } = splitShellWords(choice.command);
    if (found !== undefined) return setProblem(t('terminal.commandProblem'));
    if (words.length === 0) return setProblem(t('terminal.commandMissing'));
    onClose();
    onOpen(choice);
  };
  return (
    <Dialog
      title={t('terminal.openTitle')}
      isOpen
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button variant="primary" type="submit">
            {t('terminal.openAction')}
          </Button>
        </>
      }
    >
      {hasNoShell && <p className="soft">{t('terminal.noShell')}</p>}
      <TextField
        label={t('terminal.command')}
        mono
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the dialog is opened to fill it in
        autoFocus
        value={choice.command}
        error={problem}
        onChange={(command) => {
          setProblem(undefined);
          setChoice({ ...choice, command });
        }}
      />
      <TextField
        label={t('terminal.user')}
        help={t('terminal.userHelp')}
        mono
        value={choice.user}
        onChange={(user) => setChoice({ ...choice, user })}
      />
      <TextField
        label={t('terminal.workingDir')}
        help={t('terminal.workingDirHelp')}
        mono
        value={choice.workingDir}
        onChange={(workingDir) => setChoice({ ...choice, workingDir })}
      />
    </Dialog>
  );
}
