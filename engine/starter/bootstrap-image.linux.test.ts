import { access, lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { FileBlobStore } from '#engine/content/file-blob-store.ts';
import { MemoryEventBus } from '#engine/events/memory-event-bus.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { describeImage, listImages } from '#engine/image/list-images.ts';
import type { JobReport } from '#engine/jobs/job-board.ts';
import { FileLayerStore } from '#engine/layer/file-layer-store.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { bootstrapImage } from './bootstrap-image.ts';
import { findProgram, starterAvailability } from './starter-availability.ts';
import { openParts } from './testing/open-parts.ts';
