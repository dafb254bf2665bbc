import type { PlaceOptions } from '#engine/cli/place-options.ts';

export interface PullWish extends PlaceOptions {
  readonly platform?: string;
  readonly quiet?: true;
}

/** Fetches an image as `estrato pull` does, telling how far it is on standard error. */
export async function pullImage(reference: string, wish: PullWish): Promise<void> {
  // Loaded only here: most containers are made of images that are there.
  const { withEngine } = await import('#engine/cli/with-engine.ts');
  const { followJob } = await import('#engine/cli/follow-job.ts');
  const { platform, quiet } = wish;
  await withEngine(wish, async (engine, signal) => {
    const params = { reference, ...(platform === undefined ? {} : { platform }) };
    const begin = async (): Promise<string> => (await engine.call('images.pull', params)).job;
    await followJob(engine, { begin, signal, isQuiet: quiet === true });
  });
}
