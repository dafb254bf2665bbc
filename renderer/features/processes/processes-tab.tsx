import { X } from 'lucide-react';
import { type ReactNode, useCallback, useState } from 'react';
import { useStore } from 'zustand';

import type { ContainerDetails } from '#engine/contract/container.ts';
import type { ContainerProcess } from '#engine/contract/process.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { ProcessesView } from '#renderer/stores/processes.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { Segments } from '#renderer/ui/segments.tsx';
import type { SortDescriptor } from '#renderer/ui/table.tsx';
import { toast } from '#renderer/ui/toast.tsx';
import { useWhileVisible } from '#renderer/ui/use-while-visible.ts';

import { KillProcessDialog } from './kill-process-dialog.tsx';
import { listRows, processOrders, treeRows } from './process-rows.ts';
import { ProcessesTable } from './processes-table.tsx';
import './processes.css';

/** What runs in the container, as it is. */
export function ProcessesTab({ details }: { readonly details: ContainerDetails }): ReactNode {
  const t = useTranslate();
  const { Id } = details.summary;
  const { processes } = appStores();
  const view = useStore(processes, (state) => state.views[Id]);
  useWhileVisible(useCallback(() => processes.getState().open(Id), [processes, Id]));
  if (view?.status.status === 'failed') {
    return (
      <Banner tone="danger" title={t('processes.failed')}>
        {view.status.error.message}
      </Banner>
    );
  }
  if (view === undefined || view.status.status === 'loading') return <Loading />;
  if (view.processes.length === 0) {
    return <EmptyState title={t('processes.none')}>{t('processes.noneText')}</EmptyState>;
  }
  return <Processes id={Id} view={view} />;
}

const shapes = ['tree', 'flat'] as const;

function Processes({ id, view }: { readonly id: string; readonly view: ProcessesView }): ReactNode {
  const t = useTranslate();
  const [shape, setShape] = useState<(typeof shapes)[number]>('tree');
  const [sort, setSort] = useState<SortDescriptor>({ column: 'innerPid', direction: 'ascending' });
  const [killing, setKilling] = useState<ContainerProcess>();
  const order = processOrders.find((name) => name === sort.column) ?? 'innerPid';
  const by = { order, isDescending: sort.direction === 'descending' };
  const rows = shape === 'tree' ? treeRows(view.processes, by) : listRows(view.processes, by);
  const send = (process: ContainerProcess, signal: string): void => {
    if (signal === 'SIGKILL') setKilling(process);
    else void sendSignal(id, process, signal);
  };
  const sendSignal = async (to: string, process: ContainerProcess, signal: string): Promise<void> => {
    if (await appStores().processes.getState().signal(to, process, signal)) {
      toast({ tone: 'good', title: t('processes.sent', { signal, pid: process.innerPid }) });
    }
  };
  return (
    <>
      <header className="processes-head">
        <Segments
          label={t('processes.shape')}
          value={shape}
          choices={shapes.map((value) => ({ value, label: t(`processes.shape.${value}`) }))}
          onChange={setShape}
        />
        <span className="faint numbers">{t('processes.count', { count: rows.length })}</span>
      </header>
      <SignalFailure id={id} view={view} />
      <ProcessesTable rows={rows} sort={sort} onSort={setSort} onSignal={send} />
      {killing !== undefined && (
        <KillProcessDialog
          process={killing}
          onClose={() => setKilling(undefined)}
          onConfirm={() => void sendSignal(id, killing, 'SIGKILL')}
        />
      )}
    </>
  );
}

function SignalFailure({ id, view }: { readonly id: string; readonly view: ProcessesView }): ReactNode {
  const t = useTranslate();
  if (view.failure === undefined) return null;
  const dismiss = (): void => appStores().processes.getState().dismissFailure(id);
  return (
    <div className="page-notices">
      <Banner
        tone="danger"
        title={t('processes.signalFailed')}
        actions={<IconButton size="small" label={t('ui.dismiss')} icon={<X aria-hidden />} onPress={dismiss} />}
      >
        {view.failure.message}
      </Banner>
    </div>
  );
}
