import { briefPausesMigration } from './migrations/brief-pauses.ts';
import { buildsMigration } from './migrations/builds.ts';
import { containerHealthMigration } from './migrations/container-health.ts';
import { containersMigration } from './migrations/containers.ts';
import { documentsMigration } from './migrations/documents.ts';
import { imagesMigration } from './migrations/images.ts';
import { inputIdentitiesMigration } from './migrations/input-identities.ts';
import { logSettingsMigration } from './migrations/log-settings.ts';
import { storedBytesMigration } from './migrations/stored-bytes.ts';
import { pushesMigration } from './migrations/pushes.ts';
import { stepEnvironmentsMigration } from './migrations/step-environments.ts';
import { transfersMigration } from './migrations/transfers.ts';
import { trashNamesMigration } from './migrations/trash-names.ts';
import { trashMigration } from './migrations/trash.ts';
import { networksMigration } from './migrations/networks.ts';
import { usualRuntimeMigration } from './migrations/usual-runtime.ts';
import { volumesMigration } from './migrations/volumes.ts';
import type { Migration } from './migration.ts';

/** In the order in which they are applied. The number of those applied is the database's `user_version`: only append. */
export const migrations: readonly Migration[] = [
  imagesMigration,
  containersMigration,
  volumesMigration,
  containerHealthMigration,
  trashMigration,
  networksMigration,
  briefPausesMigration,
  trashNamesMigration,
  storedBytesMigration,
  buildsMigration,
  pushesMigration,
  logSettingsMigration,
  transfersMigration,
  documentsMigration,
  stepEnvironmentsMigration,
  inputIdentitiesMigration,
  usualRuntimeMigration,
];
