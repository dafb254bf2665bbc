import { Minus, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import type { Language } from '#renderer/i18n/language.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { themes } from '#renderer/stores/settings.ts';
import { Button } from '#renderer/ui/button.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { Switch } from '#renderer/ui/switch.tsx';

import { OtherClients } from './docker-context.tsx';
import { EngineFacts } from './engine-facts.tsx';
import { Logs } from './log-settings.tsx';
import { Runtimes } from './runtimes.tsx';
import './settings-screen.css';
import { Storage } from './storage.tsx';

export function SettingsScreen(): ReactNode {
  const t = useTranslate();
  return (
    <Page title={t('settings.title')}>
      <div className="page-scroll">
        <div className="settings">
          <Appearance />
          <Terminals />
          <Storage />
          <Logs />
          <Runtimes />
          <OtherClients />
          <EngineFacts />
        </div>
      </div>
    </Page>
  );
}

/** Each language by its own name: who can't read the current one must find theirs. */
const languageNames: readonly { readonly value: Language; readonly label: string }[] = [
  { value: 'en', label: 'English' },
  { value: 'es', label: 'Español' },
];

function Appearance(): ReactNode {
  const t = useTranslate();
  const { theme, language, chooseTheme, chooseLanguage } = useStore(appStores().settings);
  return (
    <section className="settings-group">
      <h2>{t('settings.appearance')}</h2>
      <div className="settings-card">
        <div className="settings-row">
          <span className="settings-name">{t('settings.theme')}</span>
          <Select
            label={t('settings.theme')}
            isLabelHidden
            value={theme}
            choices={themes.map((value) => ({ value, label: t(`settings.theme.${value}`) }))}
            onChange={chooseTheme}
          />
        </div>
        <div className="settings-row">
          <span className="settings-name">{t('settings.language')}</span>
          <Select
            label={t('settings.language')}
            isLabelHidden
            value={language}
            choices={languageNames}
            onChange={chooseLanguage}
          />
        </div>
      </div>
    </section>
  );
}

function Terminals(): ReactNode {
  const t = useTranslate();
  const { fontSize, copyOnSelect, screenReader, zoom, change } = useStore(appStores().terminalSettings);
  return (
    <section className="settings-group">
      <h2>{t('settings.terminal')}</h2>
      <div className="settings-card">
        <div className="settings-row">
          <span className="settings-name">{t('settings.fontSize')}</span>
          <span className="settings-steps">
            <IconButton label={t('settings.fontSmaller')} icon={<Minus aria-hidden />} onPress={() => zoom('out')} />
            <output className="numbers">{fontSize} px</output>
            <IconButton label={t('settings.fontLarger')} icon={<Plus aria-hidden />} onPress={() => zoom('in')} />
            <Button size="small" onPress={() => zoom('reset')}>
              {t('settings.fontReset')}
            </Button>
          </span>
        </div>
        <div className="settings-row">
          <Switch isSelected={copyOnSelect} onChange={(on) => change({ copyOnSelect: on })}>
            {t('settings.copyOnSelect')}
          </Switch>
        </div>
        <div className="settings-row">
          <Switch isSelected={screenReader} onChange={(on) => change({ screenReader: on })}>
            {t('settings.screenReader')}
          </Switch>
          <span className="faint small">{t('settings.screenReaderHelp')}</span>
        </div>
      </div>
    </section>
  );
}
