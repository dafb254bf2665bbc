import { ImageStore } from './image-store.ts';

/** Pulls an image into a data root as an engine would, in a process of its own that a test may kill. */
const [root = '', name = ''] = process.argv.slice(2);
await using store = await ImageStore.open(root);
await store.pull(name);
