import { Images, RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Button } from '#renderer/ui/button.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';
import { Page } from '#renderer/ui/page.tsx';

import { MachineCheck } from './machine-check.tsx';
import './settings-screen.css';

/** Whether a new machine is ready: the first thing to look at, and again whenever something doesn't work. */
export function CheckScreen(): ReactNode {
  const t = useTranslate();
  const { check, lookOver } = useStore(appStores().system);
  const findings = check?.status === 'shown' ? check.value : [];
  const ready = findings.filter(({ state }) => state === 'available').length;
  return (
    <Page
      title={t('settings.check')}
      aside={
        findings.length > 0 && (
          <output className="faint">{t('settings.checkSum', { ready, all: findings.length })}</output>
        )
      }
      actions={
        <>
          <Button icon={<RefreshCw aria-hidden />} onPress={() => void lookOver()}>
            {t('settings.checkAgain')}
          </Button>
          <LinkButton variant="primary" icon={<Images aria-hidden />} href="#/images">
            {t('settings.checkOn')}
          </LinkButton>
        </>
      }
    >
      <div className="page-scroll">
        <div className="settings">
          <p>{t('settings.checkText')}</p>
          <section className="settings-group">
            <h2>{t('settings.capabilities')}</h2>
            <MachineCheck />
          </section>
        </div>
      </div>
    </Page>
  );
}
