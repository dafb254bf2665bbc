import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import { useFormat } from '#renderer/i18n/format.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Sparkline } from '#renderer/ui/sparkline.tsx';

const SHOWN_SAMPLES = 60;
const TENTH = 0.1;
const MEGABYTE = 1_000_000;

/** What the container uses at the moment, and how that went in the last minute. Nothing for one that doesn't run. */
export function ProcessorCell({ id }: { readonly id: string }): ReactNode {
  const format = useFormat();
  const usage = useStore(appStores().usage, (state) => state.usage[id]);
  const last = usage?.samples.at(-1);
  if (usage === undefined || last === undefined) return null;
  return (
    <span className="containers-usage">
      <Sparkline values={usage.samples.map(({ cpus }) => cpus)} count={SHOWN_SAMPLES} least={TENTH} />
      <span className="numbers">{format.percent(last.cpus)}</span>
    </span>
  );
}

export function MemoryCell({ id }: { readonly id: string }): ReactNode {
  const format = useFormat();
  const usage = useStore(appStores().usage, (state) => state.usage[id]);
  const last = usage?.samples.at(-1);
  if (usage === undefined || last === undefined) return null;
  const values = usage.samples.map(({ memoryBytes }) => memoryBytes);
  return (
    <span className="containers-usage">
      <Sparkline values={values} count={SHOWN_SAMPLES} least={usage.limits.memoryBytes ?? MEGABYTE} />
      <span className="numbers">{format.bytes(last.memoryBytes)}</span>
    </span>
  );
}
