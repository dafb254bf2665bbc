import type { ReactNode } from 'react';
import { Link } from 'react-aria-components';

import { toEngineError } from '#engine/contract/errors.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { RegistryLogin } from '#renderer/stores/registries.ts';
import { Button } from '#renderer/ui/button.tsx';
import { toast } from '#renderer/ui/toast.tsx';

/** Each registry with who one is there and who keeps the secret, which is never shown. */
export function LoginsTable({ logins }: { readonly logins: readonly RegistryLogin[] }): ReactNode {
  const t = useTranslate();
  return (
    <ul className="registries-logins" aria-label={t('registries.logins')}>
      {logins.map((login) => (
        <LoginRow key={`${login.registry} ${login.kept}`} login={login} />
      ))}
    </ul>
  );
}

function LoginRow({ login: { registry, username, kept } }: { readonly login: RegistryLogin }): ReactNode {
  const t = useTranslate();
  const logout = async (): Promise<void> => {
    try {
      await appStores().registries.getState().logout(registry);
      toast({ tone: 'good', title: t('registries.loggedOut', { registry }) });
    } catch (thrown) {
      toast({ tone: 'danger', title: t('registries.logoutFailed'), text: toEngineError(thrown).message });
    }
  };
  return (
    <li>
      <Link href={`#/registries/${encodeURIComponent(registry)}`} className="cut">
        {registry}
      </Link>
      <span className="cut">{username ?? t('registries.someone')}</span>
      <span className="faint small">{t(`registries.kept.${kept}`)}</span>
      {kept !== 'foreign' && (
        <Button size="small" aria-label={t('registries.logoutFrom', { registry })} onPress={() => void logout()}>
          {t('registries.logout')}
        </Button>
      )}
    </li>
  );
}
