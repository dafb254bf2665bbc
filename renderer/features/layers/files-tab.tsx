import { type ReactNode, useEffect, useState } from 'react';
import { useLocation, useSearch } from 'wouter';

import type { ImageDetails } from '#engine/contract/image.ts';
import type { EntryChange, TreeSort } from '#engine/contract/layer.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { SplitPane } from '#renderer/ui/split-pane.tsx';

import { FilePreviewPane } from './file-preview-pane.tsx';
import { FileTree } from './file-tree.tsx';
import { LayerStack } from './layer-stack.tsx';
import { formatSpan, parseSpan, type Span } from './stack-shape.ts';
import { TimelineStrip } from './timeline-strip.tsx';
import { everyChange } from './tree-filters.tsx';
import { useRevealedPath } from './use-revealed-path.ts';

/** Three panes: the layers, the files of those chosen, and one of the files. */
export function FilesTab({ details }: { readonly details: ImageDetails }): ReactNode {
  const [location, navigate] = useLocation();
  const search = new URLSearchParams(useSearch());
  const [shown, setShown] = useState<readonly EntryChange[]>(everyChange);
  const [sort, setSort] = useState<TreeSort>('name');
  const top = Math.max(0, details.layers.length - 1);
  const span = parseSpan(search.get('layers'), details.layers.length) ?? { from: 0, to: top };
  const { from, to } = span;
  const image = details.summary.Id;
  const isEmpty = details.layers.length === 0;
  useEffect(() => {
    if (isEmpty) return;
    // What lies on nothing changes nothing: there all of it is shown.
    const only = from > 0 ? { changes: [...shown] } : {};
    void appStores()
      .layerTree.getState()
      .show({ image, from, to, changedOnly: false, sort, ...only });
  }, [image, from, to, shown, sort, isEmpty]);
  useRevealedPath(image);
  const onSpan = (next: Span): void => {
    search.set('layers', formatSpan(next));
    navigate(`${location}?${search}`, { replace: true });
  };
  return (
    <>
      <TimelineStrip details={details} span={span} onSpan={onSpan} />
      <SplitPane
        sized="start"
        initial={356}
        least={280}
        most={640}
        storageKey="stack"
        start={<LayerStack details={details} span={span} onSpan={onSpan} />}
        end={
          <SplitPane
            sized="end"
            initial={384}
            least={240}
            most={900}
            storageKey="preview"
            start={
              <FileTree details={details} span={span} shown={shown} onShown={setShown} sort={sort} onSort={setSort} />
            }
            end={<FilePreviewPane details={details} onShowLayer={(index) => onSpan({ from: index, to: index })} />}
          />
        }
      />
    </>
  );
}
