import { type ReactNode, useState } from 'react';

import { toEngineError } from '#engine/contract/errors.ts';
import type { Params } from '#engine/contract/methods.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { toast } from '#renderer/ui/toast.tsx';

interface LoginDialogProps {
  /** Of a registry that is known already. */
  readonly registry?: string;
  readonly onClose: () => void;
}

/** The registry is asked, and what it accepts is kept. */
export function LoginDialog({ registry: initial = '', onClose }: LoginDialogProps): ReactNode {
  const t = useTranslate();
  const [registry, setRegistry] = useState(initial);
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const { failure, isPending, login } = useLogin(onClose);
  const isWhole = registry.trim() !== '' && username !== '' && password !== '';
  const submit = (): void => {
    if (isWhole && !isPending) void login({ registry: registry.trim(), username, password });
  };
  return (
    <Dialog
      title={t('registries.loginTitle')}
      isOpen
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" variant="primary" isPending={isPending} isDisabled={!isWhole}>
            {t('registries.loginAction')}
          </Button>
        </>
      }
    >
      <TextField
        label={t('registries.registry')}
        help={t('registries.registryHelp')}
        value={registry}
        onChange={setRegistry}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the first of what is asked for
        autoFocus
        mono
        placeholder="docker.io"
      />
      <TextField label={t('registries.username')} value={username} onChange={setUsername} autoComplete="off" />
      <TextField
        label={t('registries.password')}
        help={t('registries.passwordHelp')}
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="off"
      />
      {failure !== undefined && <Banner tone="danger">{failure}</Banner>}
    </Dialog>
  );
}

interface Attempt {
  readonly failure: string | undefined;
  readonly isPending: boolean;
  readonly login: (login: Params<'registries.login'>) => Promise<void>;
}

function useLogin(onDone: () => void): Attempt {
  const t = useTranslate();
  const [failure, setFailure] = useState<string>();
  const [isPending, setIsPending] = useState(false);
  const login: Attempt['login'] = async (asked) => {
    setIsPending(true);
    setFailure(undefined);
    try {
      const { kept } = await appStores().registries.getState().login(asked);
      const title = t('registries.loggedIn', { registry: asked.registry });
      toast({ tone: 'good', title, text: t(`registries.kept.${kept}`) });
      onDone();
    } catch (thrown) {
      setFailure(toEngineError(thrown).message);
      setIsPending(false);
    }
  };
  return { failure, isPending, login };
}
