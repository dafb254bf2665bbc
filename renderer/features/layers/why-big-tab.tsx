import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';

import type { ImageDetails } from '#engine/contract/image.ts';
import type { ImageEfficiency, WhyBig } from '#engine/contract/waste.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Answered } from '#renderer/ui/answered.tsx';

import { cacheAdvice } from './cache-advice.ts';
import { SecretsSection } from './secrets-section.tsx';
import { SizeMapSection } from './size-map-section.tsx';
import { WasteSection } from './waste-section.tsx';
import './why-big.css';

/** What makes an image as big as it is, the largest first; each leads to where it is. */
export function WhyBigTab({ details }: { readonly details: ImageDetails }): ReactNode {
  const t = useTranslate();
  const { whyBig } = appStores();
  const { Id } = details.summary;
  const answer = useStore(whyBig, (state) => (state.image === Id ? state.answer : undefined));
  useEffect(() => whyBig.getState().follow(Id), [whyBig, Id]);
  return (
    <Answered asked={answer} failed={t('waste.failed')}>
      {(big) => (
        <div className="page-scroll">
          <div className="why-big">
            <Efficiency efficiency={big.efficiency} />
            <SizeMapSection details={details} />
            <SecretsSection details={details} big={big} />
            <PathSections details={details} big={big} />
            <LeftBehind details={details} big={big} />
          </div>
        </div>
      )}
    </Answered>
  );
}

function Efficiency({ efficiency }: { readonly efficiency: ImageEfficiency }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { shippedBytes, visibleBytes, wastedBytes } = efficiency;
  const seen = format.bytes(visibleBytes);
  const shipped = format.bytes(shippedBytes);
  const wasted = format.bytes(wastedBytes);
  const facts = [
    [t('waste.shipped'), shipped],
    [t('waste.seen'), seen],
    [t('waste.wasted'), wasted],
    [t('waste.efficiency'), format.percent(efficiency.efficiency)],
  ] as const;
  return (
    <section className="why-efficiency" aria-label={t('waste.title')}>
      <dl className="why-facts numbers">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="unseen">{t('waste.split', { seen, shipped, wasted })}</p>
      <div className="why-bar" aria-hidden>
        <span style={{ flexGrow: Math.max(visibleBytes, 1) }} />
        {wastedBytes > 0 && <span data-part="wasted" style={{ flexGrow: wastedBytes }} />}
      </div>
      <p className="soft small">{t('waste.help')}</p>
    </section>
  );
}

interface PartProps {
  readonly details: ImageDetails;
  readonly big: WhyBig;
}

function PathSections({ details, big }: PartProps): ReactNode {
  const t = useTranslate();
  const { efficiency, largestDirectories, largestFiles } = big;
  const { hidden, hiddenPaths } = efficiency;
  const left = hiddenPaths - hidden.length;
  return (
    <>
      <WasteSection
        details={details}
        title={t('waste.directories')}
        none={t('waste.pathsNone')}
        rows={largestDirectories.map(({ path, bytes, layer }) => ({ key: path, path, bytes, layer }))}
      />
      <WasteSection
        details={details}
        title={t('waste.files')}
        none={t('waste.pathsNone')}
        rows={largestFiles.map(({ path, bytes, layer }) => ({ key: path, path, bytes, layer }))}
      />
      <WasteSection
        details={details}
        title={t('waste.hidden')}
        none={t('waste.hiddenNone')}
        rows={hidden.map(({ path, bytes, layers, hiddenBy, isRemoved }) => ({
          key: path,
          path,
          bytes,
          layer: layers[0] ?? 0,
          isHidden: true,
          note: t(isRemoved ? 'waste.removedBy' : 'waste.replacedBy', { number: hiddenBy + 1 }),
        }))}
        {...(left > 0 ? { foot: t('waste.more', { count: left }) } : {})}
      />
    </>
  );
}

function LeftBehind({ details, big }: PartProps): ReactNode {
  const t = useTranslate();
  const { caches, duplicates } = big;
  return (
    <>
      <WasteSection
        details={details}
        title={t('waste.caches')}
        none={t('waste.cachesNone')}
        rows={caches.map(({ kind, bytes, hiddenBytes, files, layers, example }) => ({
          key: kind,
          name: t(`waste.cache.${kind}`),
          path: example,
          bytes,
          layer: layers[0] ?? 0,
          isHidden: hiddenBytes === bytes,
          note: `${t('waste.cacheFiles', { count: files })} · ${cacheAdvice(t, kind)}`,
        }))}
      />
      <WasteSection
        details={details}
        title={t('waste.duplicates')}
        none={t('waste.duplicatesNone')}
        rows={duplicates.map(({ contentDigest, paths, copies, wastedBytes }) => ({
          key: contentDigest,
          path: paths[0]?.path ?? '/',
          bytes: wastedBytes,
          layer: paths[0]?.layer ?? 0,
          note: [
            t('waste.copies', { count: copies }),
            ...paths.slice(1, 4).map(({ path }) => path),
            ...(copies > 4 ? ['…'] : []),
          ].join(' · '),
        }))}
      />
    </>
  );
}
