import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { LayerRecord, LayerStore } from '#engine/layer/layer-store.ts';

/** A layer that is here. One that was damaged on disk is as good as none: applying it again makes it anew. */
export async function usableLayer(layers: LayerStore, diffId: Digest): Promise<LayerRecord | undefined> {
  try {
    return await layers.get(diffId);
  } catch (error) {
    if (error instanceof EngineError && error.code === 'corrupt') return undefined;
    throw error;
  }
}

/** Whether anything of a layer is on the disk, usable or not. */
export async function isLayerStored(layers: LayerStore, diffId: Digest): Promise<boolean> {
  try {
    return (await layers.get(diffId)) !== undefined;
  } catch (error) {
    if (error instanceof EngineError && error.code === 'corrupt') return true;
    throw error;
  }
}
