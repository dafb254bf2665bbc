import type { MessageKey } from '#renderer/i18n/catalogue.ts';

import type { DraftField } from './run-draft.ts';

/** What a field shows while it is empty: what then holds, or something that one could write. */
export const unsetWords: Partial<Record<DraftField, MessageKey>> = {
  name: 'run.namePlaceholder',
  hostname: 'run.hostnamePlaceholder',
  memory: 'run.memoryPlaceholder',
  cpus: 'run.memoryPlaceholder',
  pids: 'run.memoryPlaceholder',
  retries: 'run.retriesPlaceholder',
  logMaxSize: 'run.logUsual',
  logMaxFile: 'run.logUsual',
};

export const examples: Partial<Record<DraftField, string>> = {
  health: 'wget -q -O- localhost:80',
  healthInterval: '30',
  capAdd: 'NET_ADMIN',
  capDrop: 'ALL',
  devices: '/dev/fuse',
  ulimits: 'nofile=1024:4096',
};

export const helpWords: Partial<Record<DraftField, MessageKey>> = {
  command: 'run.commandHelp',
  memory: 'run.memoryHelp',
  cpus: 'run.cpusHelp',
  health: 'run.healthHelp',
  capAdd: 'run.capHelp',
  devices: 'run.devicesHelp',
  ulimits: 'run.ulimitsHelp',
  logMaxSize: 'run.logMaxSizeHelp',
};
