import { Command } from 'commander';

import { toEngineError } from '#engine/contract/errors.ts';

import { addBootstrap } from './bootstrap.ts';
import { addBuild } from './build.ts';
import { addBuilds } from './builds.ts';
import { addCerts } from './certs.ts';
import { addDf } from './df.ts';
import { addEngine } from './engine.ts';
import { addImage } from './image.ts';
import { addImages } from './images.ts';
import { addImport } from './import.ts';
import { addInfo } from './info.ts';
import { addLoad } from './load.ts';
import { addLogSettings } from './log-settings.ts';
import { addLogs } from './logs.ts';
import { addLogin, addLogins, addLogout } from './login.ts';
import { addPs } from './ps.ts';
import { addPull } from './pull.ts';
import { addPrune, addRmi } from './remove-images.ts';
import { addRemote } from './remote.ts';
import { addRegistry } from './registry.ts';
import { addPush } from './push.ts';
import { addRuntime } from './runtime.ts';
import { addSearch } from './search.ts';
import { addSave } from './save.ts';
import { addServe } from './serve.ts';
import { addSystem } from './system.ts';
import { addTags } from './tags.ts';
import { addTrash } from './trash.ts';
import { addUninstall } from './uninstall.ts';
import { addVerify } from './verify.ts';
import { addVersion } from './version.ts';
import { addVolume } from './volume.ts';

const program = new Command('estrato')
  .description('Images as stacks of layers, containers with terminals.')
  .showHelpAfterError('(estrato --help lists the commands)');

for (const add of [
  addEngine,
  addServe,
  addCerts,
  addBootstrap,
  addImages,
  addImage,
  addPull,
  addPush,
  addLoad,
  addSave,
  addImport,
  addRegistry,
  addRemote,
  addLogin,
  addLogout,
  addLogins,
  addBuild,
  addBuilds,
  addTags,
  addSearch,
  addRmi,
  addPrune,
  addDf,
  addVerify,
  addPs,
  addLogs,
  addLogSettings,
  addVolume,
  addTrash,
  addInfo,
  addSystem,
  addVersion,
  addRuntime,
  addUninstall,
]) {
  add(program);
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`estrato: ${toEngineError(error).message}\n`);
  process.exitCode = 1;
}
