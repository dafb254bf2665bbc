import type { LauncherServer } from './launcher-server.ts';
import type { OpenRoot } from './runtime.ts';

/** A process of the launcher's that holds a root for as long as it is wanted (launcher/root.h). */
export async function offerRoot(launcher: LauncherServer, plan: Uint8Array): Promise<OpenRoot> {
  const answer = await launcher.ask('M', plan);
  return {
    path: `/proc/${answer.payload.readUInt32LE(0)}/cwd`,
    [Symbol.asyncDispose]: async () => {
      answer[Symbol.dispose]();
      await Promise.resolve();
    },
  };
}
