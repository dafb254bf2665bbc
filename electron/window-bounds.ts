export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const SMALLEST = { width: 720, height: 480 };
const USUAL = { width: 1280, height: 820 };
/** So much of the title bar must be on a screen for a mouse to take hold of it. */
const GRIP = 100;

/**
 * Where a window opens: where it was, if a screen is still there; otherwise in the middle of the first screen.
 *
 * @param screens work areas of the displays, the primary one first.
 */
export function windowBounds(
  saved: Rectangle | undefined,
  screens: readonly Rectangle[],
): Partial<Rectangle> & Pick<Rectangle, 'width' | 'height'> {
  const onScreen = screens.find((screen) => saved !== undefined && isWithinReach(saved, screen));
  if (saved !== undefined && onScreen !== undefined) {
    return {
      x: saved.x,
      y: saved.y,
      width: Math.max(SMALLEST.width, Math.min(saved.width, onScreen.width)),
      height: Math.max(SMALLEST.height, Math.min(saved.height, onScreen.height)),
    };
  }
  const [primary] = screens;
  if (primary === undefined) return USUAL;
  return { width: Math.min(USUAL.width, primary.width), height: Math.min(USUAL.height, primary.height) };
}

function isWithinReach(window: Rectangle, screen: Rectangle): boolean {
  const overlap = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  return overlap >= GRIP && window.y >= screen.y && window.y <= screen.y + screen.height - GRIP;
}
