import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Answered } from '#renderer/ui/answered.tsx';

import { FindingsList } from './findings-list.tsx';

/** What was found on the machine, looked up whenever it comes into view. */
export function MachineCheck(): ReactNode {
  const t = useTranslate();
  const { check, lookOver } = useStore(appStores().system);
  useEffect(() => void lookOver(), [lookOver]);
  return (
    <Answered asked={check} failed={t('settings.checkFailed')}>
      {(findings) => <FindingsList findings={findings} />}
    </Answered>
  );
}
