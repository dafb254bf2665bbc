import { Undo2 } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';

import type { ImageDetails } from '#engine/contract/image.ts';
import type { TagMove, TagTarget } from '#engine/contract/tag-history.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Badge } from '#renderer/ui/badge.tsx';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { shortDigest } from '#renderer/ui/hash.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { Cell, Row, Table, TableBody, TableHead } from '#renderer/ui/table.tsx';
import { toast } from '#renderer/ui/toast.tsx';

import './tags-tab.css';

/** Every move of the tags that this image has or had, and the way back. */
export function TagsTab({ details }: { readonly details: ImageDetails }): ReactNode {
  const t = useTranslate();
  const { tagHistory } = appStores();
  const { moves, failure } = useStore(tagHistory);
  const { Id } = details.summary;
  useEffect(() => tagHistory.getState().follow(Id), [tagHistory, Id]);
  return (
    <>
      {failure !== undefined && (
        <div className="page-notices">
          <Banner tone="danger" title={t('layers.tags.failed')}>
            {failure.message}
          </Banner>
        </div>
      )}
      {moves === undefined && failure === undefined && <Loading />}
      {moves?.length === 0 && <EmptyState title={t('layers.tags.none')}>{t('layers.tags.noneText')}</EmptyState>}
      {moves !== undefined && moves.length > 0 && <Moves moves={moves} />}
    </>
  );
}

function Moves({ moves }: { readonly moves: readonly TagMove[] }): ReactNode {
  const t = useTranslate();
  const rows = moves.map((move) => ({ id: String(move.sequence), move }));
  return (
    <Table aria-label={t('layers.tags.list')}>
      <TableHead
        columns={[
          { id: 'tag', title: t('layers.tags.tag'), width: '26%' },
          { id: 'when', title: t('layers.tags.when'), width: '18%' },
          { id: 'from', title: t('layers.tags.from') },
          { id: 'to', title: t('layers.tags.to') },
        ]}
      />
      <TableBody items={rows} dependencies={[t]}>
        {({ id, move }) => <MoveRow id={id} move={move} />}
      </TableBody>
    </Table>
  );
}

function MoveRow({ id, move }: { readonly id: string; readonly move: TagMove }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { tag, at, cause, from, to } = move;
  return (
    <Row id={id} textValue={tag}>
      <Cell>
        <span className="cut" title={tag}>
          {tag}
        </span>
      </Cell>
      <Cell>
        <span className="tags-when">
          <time dateTime={new Date(at).toISOString()} title={format.dateTime(at)}>
            {format.ago(at)}
          </time>
          <span className="faint small">{t(`layers.tags.cause.${cause}`)}</span>
        </span>
      </Cell>
      <Cell>
        <Target tag={tag} target={from} />
      </Cell>
      <Cell>
        <Target tag={tag} target={to} />
      </Cell>
    </Row>
  );
}

/** An image that the tag led to; there again by one press, unless it is there or gone for good. */
function Target({ tag, target }: { readonly tag: string; readonly target: TagTarget | undefined }): ReactNode {
  const t = useTranslate();
  if (target === undefined) return <span className="faint">–</span>;
  const { id, names, state } = target;
  const hash = shortDigest(id);
  const restore = async (): Promise<void> => {
    if (await appStores().tagHistory.getState().restore(tag, id)) {
      toast({ tone: 'good', title: t('layers.tags.restored', { tag, hash }) });
    }
  };
  return (
    <span className="tags-target">
      {state === 'here' ? (
        <a href={`#/images/${id}?tab=tags`}>
          <code>{hash}</code>
        </a>
      ) : (
        <code>{hash}</code>
      )}
      {state !== 'here' && <Badge tone="plain">{t(`layers.tags.${state}`)}</Badge>}
      {names.includes(tag) && <Badge tone="accent">{t('layers.tags.now')}</Badge>}
      {state !== 'gone' && !names.includes(tag) && (
        <Button
          size="small"
          icon={<Undo2 aria-hidden />}
          aria-label={t('layers.tags.restoreTo', { tag, hash })}
          onPress={() => void restore()}
        >
          {t('layers.tags.restore')}
        </Button>
      )}
    </span>
  );
}
