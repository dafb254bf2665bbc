import type { Command } from 'commander';

/** Adds its commands to a program. */
type Add = (program: Command) => void;

/** One word after `estrato`: loaded only when it is said, or when help is asked for. */
interface Verb {
  readonly name: string;
  readonly load: () => Promise<Add>;
}

/** Every verb by what it is about, in the order in which help shows them. */
const verbs: readonly (readonly [group: string, verbs: readonly Verb[]])[] = [
  [
    'Containers',
    [
      verb('run', async () => command((await import('./docker/run.ts')).runCommand)),
      verb('create', async () => command((await import('./docker/run.ts')).createCommand)),
      verb('exec', async () => command((await import('./docker/exec.ts')).execCommand)),
      verb('attach', async () => command((await import('./docker/attach.ts')).attachCommand)),
      verb('ps', async () => command((await import('./docker/ps.ts')).psCommand)),
      verb('start', async () => command((await import('./docker/start.ts')).startCommand)),
      verb('stop', async () => command((await import('./docker/lifecycle.ts')).stopCommand)),
      verb('restart', async () => command((await import('./docker/lifecycle.ts')).restartCommand)),
      verb('kill', async () => command((await import('./docker/lifecycle.ts')).killCommand)),
      verb('pause', async () => command((await import('./docker/lifecycle.ts')).pauseCommand)),
      verb('unpause', async () => command((await import('./docker/lifecycle.ts')).unpauseCommand)),
      verb('wait', async () => command((await import('./docker/lifecycle.ts')).waitCommand)),
      verb('rename', async () => command((await import('./docker/lifecycle.ts')).renameCommand)),
      verb('rm', async () => command((await import('./docker/lifecycle.ts')).rmCommand)),
      verb('update', async () => command((await import('./docker/update.ts')).updateCommand)),
      verb('logs', async () => command((await import('./docker/logs.ts')).logsCommand)),
      verb('runtimes', async () => (await import('./runtimes.ts')).addRuntimes),
      verb('log-settings', async () => (await import('./log-settings.ts')).addLogSettings),
      verb('stats', async () => command((await import('./docker/stats.ts')).statsCommand)),
      verb('top', async () => command((await import('./docker/container-facts.ts')).topCommand)),
      verb('port', async () => command((await import('./docker/container-facts.ts')).portCommand)),
      verb('diff', async () => command((await import('./docker/container-facts.ts')).diffCommand)),
      verb('cp', async () => command((await import('./docker/cp.ts')).cpCommand)),
      verb('commit', async () => command((await import('./docker/container-facts.ts')).commitCommand)),
      verb('export', async () => command((await import('./docker/container-facts.ts')).exportCommand)),
      verb('compose', async () => (await import('./compose/compose.ts')).addCompose),
      verb('container', async () => (await import('./docker/container-group.ts')).addContainer),
    ],
  ],
  [
    'Images',
    [
      verb('images', async () => command((await import('./docker/images.ts')).imagesCommand)),
      verb('image', async () => (await import('./image.ts')).addImage),
      verb('pull', async () => (await import('./pull.ts')).addPull),
      verb('push', async () => (await import('./push.ts')).addPush),
      verb('build', async () => (await import('./build.ts')).addBuild),
      verb('builds', async () => (await import('./builds.ts')).addBuilds),
      verb('tag', async () => command((await import('./docker/image-verbs.ts')).tagCommand)),
      verb('tags', async () => (await import('./tags.ts')).addTags),
      verb('history', async () => command((await import('./docker/image-verbs.ts')).historyCommand)),
      verb('rmi', async () => (await import('./remove-images.ts')).addRmi),
      verb('prune', async () => (await import('./remove-images.ts')).addPrune),
      verb('save', async () => (await import('./save.ts')).addSave),
      verb('load', async () => (await import('./load.ts')).addLoad),
      verb('import', async () => (await import('./import.ts')).addImport),
      verb('search', async () => (await import('./search.ts')).addSearch),
      verb('bootstrap', async () => (await import('./bootstrap.ts')).addBootstrap),
      verb('df', async () => (await import('./df.ts')).addDf),
      verb('verify', async () => (await import('./verify.ts')).addVerify),
    ],
  ],
  [
    'Registries',
    [
      verb('registry', async () => (await import('./registry.ts')).addRegistry),
      verb('remote', async () => (await import('./remote.ts')).addRemote),
      verb('login', async () => (await import('./login.ts')).addLogin),
      verb('logout', async () => (await import('./login.ts')).addLogout),
      verb('logins', async () => (await import('./login.ts')).addLogins),
    ],
  ],
  [
    'Volumes, networks, what was removed',
    [
      verb('volume', async () => (await import('./volume.ts')).addVolume),
      verb('network', async () => (await import('./docker/network.ts')).addNetwork),
      verb('trash', async () => (await import('./trash.ts')).addTrash),
    ],
  ],
  [
    'The engine',
    [
      verb('engine', async () => (await import('./engine.ts')).addEngine),
      verb('serve', async () => (await import('./serve.ts')).addServe),
      verb('certs', async () => (await import('./certs.ts')).addCerts),
      verb('inspect', async () => command((await import('./docker/inspect.ts')).inspectCommand)),
      verb('events', async () => command((await import('./docker/events.ts')).eventsCommand)),
      verb('info', async () => (await import('./info.ts')).addInfo),
      verb('system', async () => (await import('./system.ts')).addSystem),
      verb('uninstall', async () => (await import('./uninstall.ts')).addUninstall),
      verb('context', async () => (await import('./context.ts')).addContext),
      verb('completion', async () => (await import('./completion.ts')).addCompletion),
      verb('version', async () => (await import('./version.ts')).addVersion),
      verb('runtime', async () => (await import('./runtime.ts')).addRuntime),
    ],
  ],
];

/** Adds one verb, or all of them where there is none of that name: for help, and to say what there is. */
export async function addVerbs(program: Command, said: string | undefined): Promise<void> {
  const isKnown = verbs.some(([, of]) => of.some(({ name }) => name === said));
  for (const [group, of] of verbs) {
    program.commandsGroup(`${group}:`);
    for (const { name, load } of of) if (!isKnown || name === said) (await load())(program);
  }
}

function verb(name: string, load: () => Promise<Add>): Verb {
  return { name, load };
}

function command(make: () => Command): Add {
  return (program) => void program.addCommand(make());
}
