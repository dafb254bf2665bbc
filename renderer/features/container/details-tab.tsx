import { type ReactNode, useCallback } from 'react';
import { useStore } from 'zustand';

import type { ContainerDetails } from '#engine/contract/container.ts';
import { type Format, useFormat } from '#renderer/i18n/format.ts';
import { type Translate, useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { type Fact, Facts, FactsPage } from '#renderer/ui/facts.tsx';
import { joinShellWords } from '#renderer/ui/shell-words.ts';
import { useWhileVisible } from '#renderer/ui/use-while-visible.ts';

import { envFact, isolationFacts, lifeFacts, limitFacts, logFact, networkFacts } from './container-facts.ts';

/** How the container was made, what holds it back, and where its parts are. */
export function DetailsTab({ details }: { readonly details: ContainerDetails }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { summary } = details;
  const { usage } = appStores();
  const used = useStore(usage, (state) => state.usage[summary.Id]);
  useWhileVisible(useCallback(() => usage.getState().open(), [usage]));
  const words = { t, format };
  const labels = Object.entries(summary.Labels).map(([name, value]) => ({ name, value, isCode: true }));
  return (
    <FactsPage>
      <Facts title={t('container.runs')} facts={runFacts(details, t)} />
      <Facts title={t('container.limits')} facts={limitFacts(details, used, words)} />
      <Facts title={t('container.life')} facts={lifeFacts(details, words)} />
      <Facts title={t('container.isolation')} facts={isolationFacts(details, words)} />
      <Facts title={t('container.network')} facts={networkFacts(details, t)} />
      <Facts title={t('container.identity')} facts={identityFacts(details, t, format)} />
      <Facts title={t('container.env')} facts={details.env.map(envFact)} isWide />
      <Facts title={t('container.mounts')} facts={mountFacts(details, t)} isWide />
      <Facts title={t('container.labels')} facts={labels} isWide />
    </FactsPage>
  );
}

function mountFacts({ summary }: ContainerDetails, t: Translate): readonly Fact[] {
  return summary.Mounts.map(({ Destination, Source, RW }) => ({
    name: Destination,
    value: Source,
    isCode: true,
    ...(RW ? {} : { note: t('container.readOnly') }),
  }));
}

function runFacts(details: ContainerDetails, t: Translate): readonly Fact[] {
  const { summary, command, workingDir, user, hostname } = details;
  return [
    { name: t('container.command'), value: joinShellWords(command), isCode: true },
    { name: t('container.workingDir'), value: workingDir === '' ? '/' : workingDir, isCode: true },
    { name: t('container.user'), value: user === '' ? t('container.root') : user },
    { name: t('container.hostname'), value: hostname, isCode: true },
    { name: t('container.tty'), value: t(summary.tty ? 'container.ttyYes' : 'container.ttyNo') },
  ];
}

function identityFacts(details: ContainerDetails, t: Translate, format: Format): readonly Fact[] {
  const { summary, pid, upperDir } = details;
  const moment = (time: number): string => (time === 0 ? '' : format.dateTime(time));
  return [
    { name: t('container.idFact'), value: summary.Id, isCode: true },
    { name: t('container.image'), value: summary.Image, href: `#/images/${encodeURIComponent(summary.ImageID)}` },
    { name: t('container.imageId'), value: summary.ImageID, isCode: true },
    { name: t('container.created'), value: moment(summary.Created * 1000) },
    { name: t('container.started'), value: moment(summary.startedAt) },
    { name: t('container.finished'), value: moment(summary.State === 'running' ? 0 : summary.finishedAt) },
    { name: t('container.pid'), value: pid === undefined ? '' : String(pid), isCode: true },
    { name: t('container.upperDir'), value: upperDir, isCode: true },
    logFact(details, { t, format }),
  ];
}
