import { Settings2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';

import { type Translate, useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { ReachedRegistry } from '#renderer/stores/registries.ts';
import { Button } from '#renderer/ui/button.tsx';
import { FormSection } from '#renderer/ui/form-section.tsx';

import { ReachDialog } from './reach-dialog.tsx';
import './registries.css';

/** Mirrors, authorities, proxies and plain HTTP, of each registry about which something was said. */
export function ReachSection(): ReactNode {
  const t = useTranslate();
  const settings = useStore(appStores().registries, (state) => state.settings) ?? [];
  const [asked, setAsked] = useState<{ readonly known: ReachedRegistry | undefined }>();
  return (
    <FormSection title={t('registries.reach')} text={t('registries.reachText')}>
      {settings.length === 0 ? (
        <p className="faint">{t('registries.reachNone')}</p>
      ) : (
        <ul className="registries-logins" aria-label={t('registries.reach')}>
          {settings.map((known) => (
            <li key={known.registry} className="registries-reach">
              <code className="cut">{known.registry}</code>
              <span className="soft small">{reachWords(t, known).join(' · ')}</span>
              <Button
                size="small"
                aria-label={t('registries.reachChangeOf', { registry: known.registry })}
                onPress={() => setAsked({ known })}
              >
                {t('registries.reachChange')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <span>
        <Button size="small" icon={<Settings2 aria-hidden />} onPress={() => setAsked({ known: undefined })}>
          {t('registries.reachAdd')}
        </Button>
      </span>
      {asked !== undefined && <ReachDialog known={asked.known} onClose={() => setAsked(undefined)} />}
    </FormSection>
  );
}

function reachWords(t: Translate, { mirrors, insecure, authorities, proxy }: ReachedRegistry): readonly string[] {
  return [
    ...(mirrors.length === 0 ? [] : [t('registries.reachMirrors', { mirrors: mirrors.join(', ') })]),
    ...(proxy === '' ? [] : [proxy === 'none' ? t('registries.reachNoProxy') : t('registries.reachProxy', { proxy })]),
    ...(authorities === '' ? [] : [t('registries.reachAuthority')]),
    ...(insecure ? [t('registries.reachInsecure')] : []),
  ];
}
