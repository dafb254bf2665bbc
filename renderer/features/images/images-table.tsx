import { Eye, MoreHorizontal, Play, Tag, Trash2, Upload } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';

import type { ImageSummary } from '#engine/contract/image.ts';
import { type Format, useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Chip } from '#renderer/ui/chip.tsx';
import { goTo } from '#renderer/ui/hash-location.ts';
import { Hash } from '#renderer/ui/hash.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { LayerStrip } from '#renderer/ui/layer-mark.tsx';
import { Menu } from '#renderer/ui/menu.tsx';
import { RowKeys } from '#renderer/ui/row-keys.tsx';
import { SizeBar } from '#renderer/ui/size-bar.tsx';
import { Cell, ChoiceCell, Row, Table, TableBody, TableHead } from '#renderer/ui/table.tsx';
import { useNarrow } from '#renderer/ui/use-narrow.ts';
import type { ChoosingTable } from '#renderer/ui/use-chosen-rows.ts';

import { bytesOf, formerName, imageName, originWords, tagsByRepository } from './image-words.ts';

export interface ImagesTableProps {
  readonly images: readonly ImageSummary[];
  readonly table: ChoosingTable;
  readonly onRemove: (image: ImageSummary) => void;
  readonly onTag: (image: ImageSummary) => void;
}

export function ImagesTable({ images, table, onRemove, onTag }: ImagesTableProps): ReactNode {
  const t = useTranslate();
  const isNarrow = useNarrow();
  const largest = useMemo(() => Math.max(1, ...images.map((image) => bytesOf(image).total)), [images]);
  const origin = {
    id: 'origin',
    title: t('images.column.origin'),
    width: 'clamp(120px, 22vw - 116px, 320px)',
    allowsSorting: true,
  };
  const keysOf = (id: string): Readonly<Record<string, () => void>> => {
    const image = images.find(({ Id }) => Id === id);
    return image === undefined ? {} : { delete: () => onRemove(image) };
  };
  return (
    <RowKeys keysOf={keysOf}>
      <Table {...table} aria-label={t('images.list')} onRowAction={(key) => goTo(`/images/${String(key)}`)}>
        <TableHead
          canChoose
          columns={[
            { id: 'name', title: t('images.column.name'), allowsSorting: true },
            { id: 'layers', title: t('images.column.layers'), width: 'clamp(96px, 12vw, 220px)', allowsSorting: true },
            { id: 'size', title: t('images.column.size'), width: 'clamp(126px, 15vw, 260px)', allowsSorting: true },
            ...(isNarrow ? [] : [origin]),
            {
              id: 'created',
              title: t('images.column.created'),
              width: 'clamp(130px, 10vw, 150px)',
              allowsSorting: true,
            },
            { id: 'used', title: t('images.column.used'), align: 'end', width: 96, allowsSorting: true },
            { id: 'actions', title: t('images.column.actions'), isUnseen: true, width: 88 },
          ]}
        />
        <TableBody items={images} dependencies={[t, largest, isNarrow]}>
          {(image) => <ImageRow id={image.Id} {...{ image, largest, isNarrow, onRemove, onTag }} />}
        </TableBody>
      </Table>
    </RowKeys>
  );
}

interface ImageRowProps extends Pick<ImagesTableProps, 'onRemove' | 'onTag'> {
  /** What the table tells rows apart by, wherever they move. */
  readonly id: string;
  readonly image: ImageSummary;
  /** Bytes of the largest image there is: what a full bar stands for. */
  readonly largest: number;
  readonly isNarrow: boolean;
}

function ImageRow({ id, image, largest, isNarrow, onRemove, onTag }: ImageRowProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const created = image.Created * 1000;
  return (
    <Row id={id} textValue={imageName(image)}>
      <ChoiceCell />
      <Cell>
        <span className="images-name">
          <ImageNames image={image} />
          <span className="row-hash">
            <Hash digest={image.Id} what={t('images.hash')} />
          </span>
        </span>
      </Cell>
      <Cell>
        <span className="images-layers">
          <LayerStrip diffIds={image.diffIds.slice(0, 10)} />
          <span className="soft numbers">{t('images.layerCount', { count: image.layerCount })}</span>
        </span>
      </Cell>
      <Cell>
        <ImageSize image={image} largest={largest} format={format} />
      </Cell>
      {!isNarrow && (
        <Cell>
          <div className="cut">{originWords(image, t)}</div>
          <div className="cut faint small" title={image.origin?.from}>
            {image.origin?.from}
          </div>
        </Cell>
      )}
      <Cell>
        <time className="soft cut" title={format.dateTime(created)} dateTime={new Date(created).toISOString()}>
          {format.ago(created)}
        </time>
      </Cell>
      <Cell align="end">
        {image.Containers > 0 ? (
          <span className="numbers">{format.count(image.Containers)}</span>
        ) : (
          <span className="faint">–</span>
        )}
      </Cell>
      <Cell align="end">
        <RowActions image={image} onRemove={onRemove} onTag={onTag} />
      </Cell>
    </Row>
  );
}

function ImageNames({ image }: { readonly image: ImageSummary }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  if (image.RepoTags.length === 0) {
    return (
      <span className="images-tags">
        <Chip tone="soft" title={formerName(image, t, format)}>
          {formerName(image, t, format)}
        </Chip>
      </span>
    );
  }
  return (
    <span className="images-tags" title={image.RepoTags.join('\n')}>
      {tagsByRepository(image.RepoTags).map(([repository, tags]) => (
        <span key={repository} className="tag-name">
          <span className="images-tag cut">{repository}</span>
          {tags.map((tag) => (
            <Chip key={tag} mono>
              {tag}
            </Chip>
          ))}
        </span>
      ))}
    </span>
  );
}

interface ImageSizeProps {
  readonly image: ImageSummary;
  readonly largest: number;
  readonly format: Format;
}

function ImageSize({ image, largest, format }: ImageSizeProps): ReactNode {
  const t = useTranslate();
  const { owned, shared, total } = bytesOf(image);
  const sizes = { unique: format.bytes(owned), shared: format.bytes(shared) };
  return (
    <span className="images-size">
      <SizeBar label={t('images.sizes', sizes)} first={owned} second={shared} whole={largest} />
      <span className="numbers" style={{ textAlign: 'right' }}>
        {format.bytes(total)}
      </span>
      <span className="images-size-own numbers">{t('images.ownSize', sizes)}</span>
    </span>
  );
}

function RowActions({ image, onRemove, onTag }: Omit<ImageRowProps, 'id' | 'largest' | 'isNarrow'>): ReactNode {
  const t = useTranslate();
  const name = imageName(image);
  return (
    <span className="images-row-actions">
      <IconButton
        label={t('images.runWhat', { name })}
        icon={<Play aria-hidden />}
        onPress={() => goTo(`/run?image=${encodeURIComponent(image.RepoTags[0] ?? image.Id)}`)}
      />
      <Menu
        label={t('images.actionsFor', { name })}
        trigger={<IconButton label={t('images.actionsFor', { name })} icon={<MoreHorizontal aria-hidden />} />}
        actions={[
          {
            id: 'open',
            label: t('images.open'),
            icon: <Eye aria-hidden />,
            onAction: () => goTo(`/images/${image.Id}`),
          },
          { id: 'tag', label: t('images.tag'), icon: <Tag aria-hidden />, onAction: () => onTag(image) },
          {
            id: 'push',
            label: t('push.menu'),
            icon: <Upload aria-hidden />,
            onAction: () => appStores().transfers.getState().askPush(image),
          },
          {
            id: 'remove',
            label: t('images.remove'),
            icon: <Trash2 aria-hidden />,
            onAction: () => onRemove(image),
            isDanger: true,
            startsGroup: true,
          },
        ]}
      />
    </span>
  );
}
