import { expect, test } from 'vitest';

import { windowBounds } from './window-bounds.ts';

const laptop = { x: 0, y: 0, width: 1440, height: 900 };
const beside = { x: 1440, y: 0, width: 1920, height: 1080 };

test.each([
  ['where it was', { x: 50, y: 60, width: 1000, height: 700 }, [laptop], { x: 50, y: 60, width: 1000, height: 700 }],
  [
    'on the second screen while it is there',
    { x: 1600, y: 9, width: 1000, height: 700 },
    [laptop, beside],
    { x: 1600 },
  ],
  ['in the middle when that screen is gone', { x: 1600, y: 9, width: 1000, height: 700 }, [laptop], { x: undefined }],
  [
    'in the middle when its title bar is out of reach',
    { x: 50, y: -300, width: 1000, height: 700 },
    [laptop],
    { y: undefined },
  ],
  ['no larger than its screen', { x: 0, y: 0, width: 4000, height: 3000 }, [laptop], { width: 1440, height: 900 }],
  ['no smaller than can be used', { x: 0, y: 0, width: 110, height: 10 }, [laptop], { width: 720, height: 480 }],
  ['as usual the first time', undefined, [laptop], { width: 1280, height: 820 }],
  [
    'smaller the first time on a small screen',
    undefined,
    [{ x: 0, y: 0, width: 1024, height: 700 }],
    { width: 1024, height: 700 },
  ],
])('a window opens %s', (_, saved, screens, expected) => {
  expect({ x: undefined, y: undefined, ...windowBounds(saved, screens) }).toMatchObject(expected);
});
