import { type ReactNode, useState } from 'react';
import { Form, Input } from 'react-aria-components';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { SessionTarget } from '#renderer/stores/session-link.ts';
import { Button } from '#renderer/ui/button.tsx';

/** Lines for a program without a tty, which edits and echoes nothing itself. */
export function StdinLine({ target }: { readonly target: SessionTarget }): ReactNode {
  const t = useTranslate();
  const { sessions } = appStores();
  const [line, setLine] = useState('');
  return (
    <Form
      className="terminal-stdin"
      onSubmit={(event) => {
        event.preventDefault();
        sessions.getState().type(target, `${line}\n`);
        setLine('');
      }}
    >
      <Input
        aria-label={t('terminal.stdin')}
        placeholder={t('terminal.stdinPlaceholder')}
        className="field-input"
        data-mono=""
        spellCheck={false}
        autoComplete="off"
        value={line}
        onChange={(event) => setLine(event.target.value)}
      />
      <Button size="small" type="submit">
        {t('terminal.stdinSend')}
      </Button>
      <Button size="small" variant="quiet" onPress={() => sessions.getState().endInput(target)}>
        {t('terminal.stdinEnd')}
      </Button>
    </Form>
  );
}
