import { Download, Trash2 } from 'lucide-react';
import { type ReactNode, useCallback, useState } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { Cell, Row, Table, TableBody, TableHead } from '#renderer/ui/table.tsx';

import { RemoveTagDialog } from './remove-tag-dialog.tsx';
import { usePages } from './use-pages.ts';

interface TagsPaneProps {
  readonly registry: string;
  readonly repository: string;
}

/** The tags of a repository, each to be pulled or taken away. */
export function TagsPane({ registry, repository }: TagsPaneProps): ReactNode {
  const t = useTranslate();
  const name = `${registry}/${repository}`;
  const load = useCallback((after: string | undefined) => appStores().registries.getState().tags(name, after), [name]);
  const { names, hasMore, failure, more, reload } = usePages(load);
  const [removing, setRemoving] = useState<string>();
  return (
    <section className="registry-list" aria-label={repository}>
      {failure !== undefined && (
        <Banner tone="danger" title={t('registries.tagsFailed', { repository })}>
          {failure.message}
        </Banner>
      )}
      {names === undefined && failure === undefined && <Loading />}
      {names?.length === 0 && <EmptyState title={t('registries.noTags', { repository })} />}
      {names !== undefined && names.length > 0 && <TagsTable name={name} tags={names} onRemove={setRemoving} />}
      {hasMore && (
        <div className="registry-tools">
          <Button size="small" onPress={more}>
            {t('registries.more')}
          </Button>
        </div>
      )}
      {removing !== undefined && (
        <RemoveTagDialog reference={`${name}:${removing}`} onRemoved={reload} onClose={() => setRemoving(undefined)} />
      )}
    </section>
  );
}

interface TagsTableProps {
  readonly name: string;
  readonly tags: readonly string[];
  readonly onRemove: (tag: string) => void;
}

function TagsTable({ name, tags, onRemove }: TagsTableProps): ReactNode {
  const t = useTranslate();
  return (
    <Table aria-label={t('registries.tagsOf', { name })}>
      <TableHead
        columns={[
          { id: 'tag', title: t('registries.tag') },
          { id: 'actions', title: t('registries.actions'), isUnseen: true, width: 160 },
        ]}
      />
      <TableBody items={tags.map((tag) => ({ id: tag }))} dependencies={[t]}>
        {({ id: tag }) => (
          <Row id={tag} textValue={tag}>
            <Cell>
              <code>{tag}</code>
            </Cell>
            <Cell align="end">
              <span className="registry-actions">
                <Button
                  size="small"
                  icon={<Download aria-hidden />}
                  aria-label={t('registries.pullTag', { tag })}
                  onPress={() => appStores().pullForm.getState().open(`${name}:${tag}`)}
                >
                  {t('registries.pull')}
                </Button>
                <IconButton
                  label={t('registries.removeTag', { tag })}
                  icon={<Trash2 aria-hidden />}
                  onPress={() => onRemove(tag)}
                />
              </span>
            </Cell>
          </Row>
        )}
      </TableBody>
    </Table>
  );
}
