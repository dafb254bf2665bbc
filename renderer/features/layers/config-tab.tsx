import type { ReactNode } from 'react';

import type { ImageDetails, ImageRunConfig } from '#engine/contract/image.ts';
import { type Format, useFormat } from '#renderer/i18n/format.ts';
import { type Translate, useTranslate } from '#renderer/i18n/translate.ts';
import { type Fact, Facts, FactsPage } from '#renderer/ui/facts.tsx';

/** The image's config, for people. */
export function ConfigTab({ details }: { readonly details: ImageDetails }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { config } = details;
  return (
    <FactsPage>
      <Facts title={t('layers.config.runs')} facts={runFacts(config, t)} />
      <Facts title={t('layers.config.identity')} facts={identityFacts(details, t, format)} />
      <Facts title={t('layers.config.env')} facts={config.env.map(envFact)} isWide />
      <Facts
        title={t('layers.config.labels')}
        facts={Object.entries(config.labels).map(([name, value]) => ({ name, value, isCode: true }))}
        isWide
      />
    </FactsPage>
  );
}

function envFact(line: string): Fact {
  const equals = line.indexOf('=');
  if (equals === -1) return { name: line, value: undefined };
  return { name: line.slice(0, equals), value: line.slice(equals + 1), isCode: true };
}

function runFacts(config: ImageRunConfig, t: Translate): readonly Fact[] {
  const words = (list: readonly string[]): string | undefined =>
    list.length === 0 ? undefined : list.map(quoted).join(' ');
  const code = (name: string, value: string | undefined): Fact => ({ name, value, isCode: true });
  return [
    code(t('layers.config.entrypoint'), words(config.entrypoint)),
    code(t('layers.config.cmd'), words(config.cmd)),
    { name: t('layers.config.user'), value: config.user === '' ? t('layers.config.root') : config.user },
    code(t('layers.config.workingDir'), config.workingDir === '' ? '/' : config.workingDir),
    { name: t('layers.config.ports'), value: config.exposedPorts.join(', ') },
    code(t('layers.config.volumes'), config.volumes.join(' ')),
    { name: t('layers.config.stopSignal'), value: config.stopSignal ?? 'SIGTERM' },
  ];
}

/** As a shell would have to be given it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function identityFacts(details: ImageDetails, t: Translate, format: Format): readonly Fact[] {
  const { summary, manifestDigest, author } = details;
  const { os, architecture, variant } = summary.platform;
  return [
    { name: t('layers.config.id'), value: summary.Id, isCode: true },
    { name: t('layers.config.manifest'), value: manifestDigest, isCode: true },
    { name: t('layers.config.digests'), value: summary.RepoDigests.join(' '), isCode: true },
    { name: t('layers.config.platform'), value: [os, architecture, variant].filter(Boolean).join('/') },
    { name: t('layers.config.created'), value: format.dateTime(summary.Created * 1000) },
    { name: t('layers.config.author'), value: author },
  ];
}
