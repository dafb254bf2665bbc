import { type ReactNode, useMemo, useState } from 'react';
import { useStore } from 'zustand';

import type { InstalledPackage, PackagePage } from '#engine/contract/package.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Answered } from '#renderer/ui/answered.tsx';
import { Badge } from '#renderer/ui/badge.tsx';
import { Banner } from '#renderer/ui/banner.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { SearchField } from '#renderer/ui/search-field.tsx';
import { Cell, Row, Table, TableBody, TableHead } from '#renderer/ui/table.tsx';

/** Rows that are drawn; whoever wants another of thousands types a part of its name. */
const MOST_ROWS = 200;

interface InstalledProps {
  readonly image: string;
  /** Nothing is said of the image, so that the one thing to see is what it says itself. */
  readonly isAlone: boolean;
}

export function InstalledPackages({ image, isAlone }: InstalledProps): ReactNode {
  const t = useTranslate();
  const { imageContents } = appStores();
  const packages = useStore(imageContents, (state) => (state.image === image ? state.packages : undefined));
  return (
    <Answered asked={packages} failed={t('contents.failed')}>
      {(page) => (
        <>
          {page.unread.length > 0 && (
            <div className="page-notices">
              <Banner tone="warning" title={t('contents.unread')}>
                {page.unread.map(({ path, reason }) => (
                  <p key={path}>{t(`contents.unread.${reason}`, { path })}</p>
                ))}
              </Banner>
            </div>
          )}
          {page.packages.length === 0 ? (
            <EmptyState title={t('contents.none')}>{t('contents.noneText')}</EmptyState>
          ) : (
            <PackageList page={page} />
          )}
          {isAlone && <p className="contents-foot soft small">{t('contents.nothingSaid')}</p>}
        </>
      )}
    </Answered>
  );
}

function PackageList({ page: { packages, distribution } }: { readonly page: PackagePage }): ReactNode {
  const t = useTranslate();
  const [words, setWords] = useState('');
  const found = useMemo(() => matching(packages, words), [packages, words]);
  const left = found.length - MOST_ROWS;
  const system = distribution?.name ?? distribution?.id;
  const count = found.length;
  return (
    <>
      <div className="contents-filter">
        <SearchField label={t('contents.search')} value={words} onChange={setWords} hasShortcut />
        <output className="soft small">
          {system === undefined ? t('contents.count', { count }) : t('contents.countOf', { count, system })}
        </output>
      </div>
      {found.length === 0 ? (
        <EmptyState title={t('contents.noMatch')} />
      ) : (
        <PackageTable packages={found.slice(0, MOST_ROWS)} />
      )}
      {left > 0 && <p className="contents-foot soft small">{t('contents.more', { count: left })}</p>}
    </>
  );
}

function PackageTable({ packages }: { readonly packages: readonly InstalledPackage[] }): ReactNode {
  const t = useTranslate();
  const rows = packages.map((found, at) => ({ id: `${at} ${found.kind} ${found.name}`, found }));
  return (
    <Table aria-label={t('contents.list')}>
      <TableHead
        columns={[
          { id: 'name', title: t('contents.name'), width: '24%' },
          { id: 'version', title: t('contents.version'), width: '20%' },
          { id: 'kind', title: t('contents.kind'), width: 80 },
          { id: 'license', title: t('contents.license'), width: '16%' },
          { id: 'layer', title: t('contents.layer'), align: 'end', width: 64 },
          { id: 'from', title: t('contents.from') },
        ]}
      />
      <TableBody items={rows} dependencies={[t]}>
        {({ id, found }) => <PackageRow id={id} found={found} />}
      </TableBody>
    </Table>
  );
}

function PackageRow({ id, found }: { readonly id: string; readonly found: InstalledPackage }): ReactNode {
  const { kind, name, version, license, layer, path } = found;
  return (
    <Row id={id} textValue={name}>
      <Cell>
        <span className="cut" title={name}>
          {name}
        </span>
      </Cell>
      <Cell>
        <span className="cut numbers" title={version}>
          {version}
        </span>
      </Cell>
      <Cell>
        <Badge>{kind}</Badge>
      </Cell>
      <Cell>
        <span className="cut" title={license}>
          {license ?? '—'}
        </span>
      </Cell>
      <Cell align="end">{layer + 1}</Cell>
      <Cell>
        <span className="cut soft" title={path}>
          {path}
        </span>
      </Cell>
    </Row>
  );
}

/** All words, anywhere in the name, the version or the kind. */
function matching(packages: readonly InstalledPackage[], text: string): readonly InstalledPackage[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return packages.filter(({ kind, name, version }) => {
    const whole = `${kind} ${name} ${version}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  });
}
