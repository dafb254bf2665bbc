import { containerPageMessages } from './messages/container.ts';
import { containerMessages } from './messages/containers.ts';
import { errorMessages } from './messages/errors.ts';
import { frameMessages } from './messages/frame.ts';
import { imageMessages } from './messages/images.ts';
import { layerMessages } from './messages/layers.ts';
import { logMessages } from './messages/logs.ts';
import { pullMessages } from './messages/pull.ts';
import { runMessages } from './messages/run.ts';
import { settingsMessages } from './messages/settings.ts';
import { terminalMessages } from './messages/terminal.ts';
import { uiMessages } from './messages/ui.ts';
import { volumeMessages } from './messages/volumes.ts';

/** Everything that is said, in every language. */
export const catalogue = {
  ...uiMessages,
  ...errorMessages,
  ...frameMessages,
  ...imageMessages,
  ...layerMessages,
  ...pullMessages,
  ...settingsMessages,
  ...containerMessages,
  ...containerPageMessages,
  ...runMessages,
  ...terminalMessages,
  ...logMessages,
  ...volumeMessages,
};

export type MessageKey = keyof typeof catalogue;
