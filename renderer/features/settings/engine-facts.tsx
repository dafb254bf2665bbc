import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import type { SystemInfo } from '#engine/contract/system.ts';
import { type Format, useFormat } from '#renderer/i18n/format.ts';
import { type Translate, useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Loading } from '#renderer/ui/progress.tsx';

import { MachineCheck } from './machine-check.tsx';

/** What the engine says of itself and of its machine. */
export function EngineFacts(): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { info, error } = useStore(appStores().system);
  if (info === undefined) {
    if (error === undefined) return <Loading />;
    return (
      <Banner tone="danger" title={t(`errors.${error.code}`)}>
        {error.message}
      </Banner>
    );
  }
  return (
    <>
      <section className="settings-group">
        <h2>{t('settings.engine')}</h2>
        <Facts facts={engineFacts(info, t)} />
      </section>
      <section className="settings-group">
        <h2>{t('settings.machine')}</h2>
        <Facts facts={machineFacts(info, t, format)} />
      </section>
      <section className="settings-group">
        <h2>{t('settings.capabilities')}</h2>
        <MachineCheck />
      </section>
    </>
  );
}

interface Fact {
  readonly name: string;
  readonly value: string;
  /** Shown as code, with a button that copies it. */
  readonly isCode?: boolean;
}

function Facts({ facts }: { readonly facts: readonly Fact[] }): ReactNode {
  return (
    <dl className="settings-card">
      {facts.map(({ name, value, isCode = false }) => (
        <div key={name} className="settings-row">
          <dt>{name}</dt>
          <dd>
            {isCode ? (
              <span className="settings-value">
                <code>{value}</code>
                <CopyButton text={value} what={name} />
              </span>
            ) : (
              value
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function engineFacts(info: SystemInfo, t: Translate): readonly Fact[] {
  return [
    { name: t('settings.version'), value: info.engineVersion },
    { name: t('settings.dataRoot'), value: info.dataRoot, isCode: true },
    { name: t('settings.storageDriver'), value: info.storageDriver },
    { name: t('settings.cgroups'), value: info.cgroupMode === 'none' ? t('settings.none') : info.cgroupMode },
    { name: t('settings.mode'), value: info.isRootless ? t('settings.rootless') : t('settings.rootful') },
    { name: t('settings.process'), value: String(info.pid) },
  ];
}

function machineFacts(info: SystemInfo, t: Translate, format: Format): readonly Fact[] {
  const disk = { free: format.bytes(info.disk.free), total: format.bytes(info.disk.total) };
  return [
    { name: t('settings.system'), value: info.operatingSystem },
    { name: t('settings.kernel'), value: info.kernelVersion },
    { name: t('settings.architecture'), value: info.architecture },
    { name: t('settings.cpus'), value: format.count(info.cpus) },
    { name: t('settings.memory'), value: format.bytes(info.memoryBytes) },
    { name: t('settings.disk'), value: t('settings.diskFree', disk) },
  ];
}
