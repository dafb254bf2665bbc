import { z } from 'zod';

import { savePoint, savePointRef, treeComparison } from '#engine/contract/save-point.ts';
import { volumeCreate, volumeName, volumeSummary } from '#engine/contract/volume.ts';
import { call, duplex, nothing } from '#engine/contract/method.ts';

/** Volumes and their save points. */
export const volumeMethods = {
  'volumes.list': call(nothing, z.array(volumeSummary)),
  /** Looks at every file of it. */
  'volumes.measure': call(z.object({ name: z.string() }), z.object({ bytes: z.int() })),
  /** Into the trash. Refused while a container has it, running or not. */
  'volumes.remove': call(z.object({ name: z.string() }), z.object({ trash: z.string() })),
  /** One that is there already is answered as it is. */
  'volumes.create': call(volumeCreate, volumeSummary),
  /** Into the trash: those that nobody named and no container has; with `all` the named ones too. */
  'volumes.prune': call(
    z.object({ all: z.boolean() }),
    z.object({ removed: z.array(z.object({ name: z.string(), trash: z.string() })), freedBytes: z.int() }),
  ),
  /** Another volume that holds the same: what it holds now, or what a save point does. */
  'volumes.clone': call(z.object({ name: volumeName, to: volumeName, point: savePointRef.optional() }), volumeSummary),
  /** The bytes of a tar of what it holds now, or of what a save point does, come down; containers go on meanwhile. */
  'volumes.export': duplex(
    z.object({ name: volumeName, point: savePointRef.optional() }),
    { up: nothing, down: nothing },
    z.object({ bytes: z.int() }),
  ),
  /** A new volume of the bytes of a tar that go up, compressed or not; there is none if it is damaged. */
  'volumes.import': duplex(
    z.object({ name: volumeName, labels: z.record(z.string(), z.string()).optional() }),
    { up: nothing, down: nothing },
    volumeSummary,
  ),
  /** Keeps what a volume holds now; containers that run with it stand still meanwhile. */
  'volumes.save': call(
    z.object({ name: volumeName, point: z.string().max(200).optional(), note: z.string().max(4000).optional() }),
    savePoint,
  ),
  /** Newest first. */
  'volumes.points': call(z.object({ name: volumeName }), z.array(savePoint)),
  /** What has changed since a save point: until now, or until another. */
  'volumes.compare': call(
    z.object({ name: volumeName, from: savePointRef, to: savePointRef.optional() }),
    treeComparison,
  ),
  /** The volume holds again what it held. The answer is the save point that was made of what it held until now. */
  'volumes.restore': call(z.object({ name: volumeName, point: savePointRef }), savePoint),
  /** Removes a save point for good. */
  'volumes.forget': call(z.object({ name: volumeName, point: savePointRef }), nothing),
};
