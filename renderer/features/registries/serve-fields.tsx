import type { ReactNode } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { SwitchRow } from '#renderer/ui/form-section.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';

import { PemField } from './pem-field.tsx';
import type { ServeDraft } from './serve-draft.ts';

interface ServeFieldsProps {
  readonly draft: ServeDraft;
  readonly onChange: (part: Partial<ServeDraft>) => void;
}

/** Where the images are served, to whom, and how safe from others the way is. */
export function ServeFields({ draft, onChange }: ServeFieldsProps): ReactNode {
  const t = useTranslate();
  return (
    <>
      <TextField
        label={t('registries.listen')}
        help={t('registries.listenHelp')}
        value={draft.listen}
        onChange={(listen) => onChange({ listen })}
        mono
      />
      <LoginFields draft={draft} onChange={onChange} />
      <TlsFields draft={draft} onChange={onChange} />
      <SwitchRow
        label={t('registries.servePush')}
        help={t(draft.asksLogin ? 'registries.servePushLoginHelp' : 'registries.servePushHelp')}
        isSelected={draft.push}
        onChange={(push) => onChange({ push })}
      />
    </>
  );
}

function LoginFields({ draft: { asksLogin, username, password }, onChange }: ServeFieldsProps): ReactNode {
  const t = useTranslate();
  return (
    <>
      <SwitchRow
        label={t('registries.serveLogin')}
        help={t('registries.serveLoginHelp')}
        isSelected={asksLogin}
        onChange={(isSelected) => onChange({ asksLogin: isSelected })}
      />
      {asksLogin && (
        <div className="form-pair">
          <TextField
            label={t('registries.username')}
            value={username}
            onChange={(text) => onChange({ username: text })}
            autoComplete="off"
          />
          <TextField
            label={t('registries.servePassword')}
            help={t('registries.passwordHelp')}
            type="password"
            value={password}
            onChange={(text) => onChange({ password: text })}
            autoComplete="new-password"
          />
        </div>
      )}
    </>
  );
}

function TlsFields({ draft: { isEncrypted, cert, key }, onChange }: ServeFieldsProps): ReactNode {
  const t = useTranslate();
  return (
    <>
      <SwitchRow
        label={t('registries.serveTls')}
        help={t('registries.serveTlsHelp')}
        isSelected={isEncrypted}
        onChange={(isSelected) => onChange({ isEncrypted: isSelected })}
      />
      {isEncrypted && (
        <div className="form-pair">
          <PemField
            label={t('registries.serveCert')}
            placeholder="-----BEGIN CERTIFICATE-----"
            value={cert}
            onChange={(text) => onChange({ cert: text })}
          />
          <PemField
            label={t('registries.serveKey')}
            placeholder="-----BEGIN PRIVATE KEY-----"
            value={key}
            onChange={(text) => onChange({ key: text })}
          />
        </div>
      )}
    </>
  );
}
