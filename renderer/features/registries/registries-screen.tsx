import { KeyRound, ScanSearch } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Form } from 'react-aria-components';
import { useStore } from 'zustand';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { FormSection } from '#renderer/ui/form-section.tsx';
import { goTo } from '#renderer/ui/hash-location.ts';
import { Page } from '#renderer/ui/page.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';

import { LoginDialog } from './login-dialog.tsx';
import { LoginsTable } from './logins-table.tsx';
import { ReachSection } from './reach-section.tsx';
import './registries.css';
import { ServeSection } from './serve-section.tsx';

/** `#/registries`: who one is at which registry, the way into one, and this machine as one. */
export function RegistriesScreen(): ReactNode {
  const t = useTranslate();
  const { registries } = appStores();
  const { logins, failure } = useStore(registries);
  const [isLoggingIn, setIsLoggingIn] = useState(false);
  useEffect(() => void registries.getState().refresh(), [registries]);
  return (
    <Page
      title={t('registries.title')}
      actions={
        <Button variant="primary" icon={<KeyRound aria-hidden />} onPress={() => setIsLoggingIn(true)}>
          {t('registries.login')}
        </Button>
      }
    >
      <div className="page-scroll">
        <div className="form-sections registries">
          {failure !== undefined && (
            <Banner tone="danger" title={t('registries.failed')}>
              {failure.message}
            </Banner>
          )}
          <LookInside />
          <FormSection title={t('registries.logins')} text={t('registries.loginsText')}>
            {logins === undefined && failure === undefined && <Loading />}
            {logins?.length === 0 && <p className="faint">{t('registries.noLogins')}</p>}
            {logins !== undefined && logins.length > 0 && <LoginsTable logins={logins} />}
          </FormSection>
          <ReachSection />
          <ServeSection />
        </div>
      </div>
      {isLoggingIn && <LoginDialog onClose={() => setIsLoggingIn(false)} />}
    </Page>
  );
}

function LookInside(): ReactNode {
  const t = useTranslate();
  const [host, setHost] = useState('');
  const text = host.trim();
  return (
    <FormSection title={t('registries.look')} text={t('registries.lookText')}>
      <Form
        className="registries-line"
        onSubmit={(event) => {
          event.preventDefault();
          if (text !== '') goTo(`/registries/${encodeURIComponent(text)}`);
        }}
      >
        <TextField
          label={t('registries.registry')}
          value={host}
          onChange={setHost}
          placeholder="registry.example.com:5000"
          mono
        />
        <Button type="submit" icon={<ScanSearch aria-hidden />} isDisabled={text === ''}>
          {t('registries.lookAction')}
        </Button>
      </Form>
    </FormSection>
  );
}
