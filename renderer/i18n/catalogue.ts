import { buildFormMessages } from './messages/build-form.ts';
import { buildMessages } from './messages/builds.ts';
import { changeMessages } from './messages/changes.ts';
import { containerDialogMessages } from './messages/container-dialogs.ts';
import { compareMessages } from './messages/compare.ts';
import { containerPageMessages } from './messages/container.ts';
import { containerMessages } from './messages/containers.ts';
import { contentsMessages } from './messages/contents.ts';
import { errorMessages } from './messages/errors.ts';
import { fileMessages } from './messages/files.ts';
import { frameMessages } from './messages/frame.ts';
import { imageMessages } from './messages/images.ts';
import { layerMessages } from './messages/layers.ts';
import { logMessages } from './messages/logs.ts';
import { mapMessages } from './messages/map.ts';
import { networkMessages } from './messages/networks.ts';
import { processMessages } from './messages/processes.ts';
import { pullMessages } from './messages/pull.ts';
import { pushMessages } from './messages/push.ts';
import { registryMessages } from './messages/registries.ts';
import { runHostMessages } from './messages/run-host.ts';
import { runMessages } from './messages/run.ts';
import { searchMessages } from './messages/search.ts';
import { settingsMessages } from './messages/settings.ts';
import { statsMessages } from './messages/stats.ts';
import { storeMessages } from './messages/store.ts';
import { terminalMessages } from './messages/terminal.ts';
import { trashMessages } from './messages/trash.ts';
import { uiMessages } from './messages/ui.ts';
import { usedByMessages } from './messages/used-by.ts';
import { volumeMessages } from './messages/volumes.ts';
import { wasteMessages } from './messages/waste.ts';

/** Everything that is said, in every language. */
export const catalogue = {
  ...uiMessages,
  ...errorMessages,
  ...frameMessages,
  ...imageMessages,
  ...layerMessages,
  ...fileMessages,
  ...wasteMessages,
  ...contentsMessages,
  ...compareMessages,
  ...mapMessages,
  ...usedByMessages,
  ...storeMessages,
  ...pullMessages,
  ...pushMessages,
  ...registryMessages,
  ...buildMessages,
  ...buildFormMessages,
  ...searchMessages,
  ...settingsMessages,
  ...containerMessages,
  ...containerPageMessages,
  ...containerDialogMessages,
  ...processMessages,
  ...statsMessages,
  ...changeMessages,
  ...runMessages,
  ...runHostMessages,
  ...terminalMessages,
  ...logMessages,
  ...volumeMessages,
  ...trashMessages,
  ...networkMessages,
};

export type MessageKey = keyof typeof catalogue;
