import { EventEmitter } from 'node:events';

import type { App } from './stand-in-app.ts';
import { Preventable } from './stand-in-app.ts';
import { WORK_AREA } from './stand-in-chromium.ts';
import { WebContents } from './stand-in-contents.ts';
import type { ContentsOptions } from './stand-in-contents.ts';

interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowOptions extends Partial<Bounds> {
  readonly width: number;
  readonly height: number;
  readonly webPreferences: ContentsOptions['preferences'];
}

interface Surroundings extends Omit<ContentsOptions, 'chromium' | 'preferences'> {
  readonly app: App;
}

/** The windows of one application. A window's place is its own to know: Chromium has no screen here. */
export class Window extends EventEmitter {
  readonly #app: App;
  readonly #webContents: WebContents;
  #bounds: Bounds;
  #isMaximized = false;
  #isDestroyed = false;

  constructor({ app, ...rest }: Surroundings, options: WindowOptions) {
    super();
    const chromium = app.chromium('Cannot create BrowserWindow before app is ready');
    const { width, height, webPreferences: preferences } = options;
    const { x = (WORK_AREA.width - width) / 2, y = (WORK_AREA.height - height) / 2 } = options;
    this.#app = app;
    this.#bounds = { x, y, width, height };
    this.#webContents = new WebContents({ ...rest, chromium, preferences });
    app.windows.add(this);
    app.emit('web-contents-created', {}, this.#webContents);
    void this.#applyBounds();
  }

  get webContents(): WebContents {
    this.#mustBeThere();
    return this.#webContents;
  }

  async loadURL(url: string): Promise<void> {
    await this.webContents.loadURL(url);
    this.emit('ready-to-show');
  }

  reload(): void {
    void this.webContents.reload();
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  show(): void {
    this.#mustBeThere();
  }

  focus(): void {
    this.#mustBeThere();
    this.emit('focus');
  }

  isMinimized(): boolean {
    this.#mustBeThere();
    return false;
  }

  maximize(): void {
    this.#mustBeThere();
    this.#isMaximized = true;
    void this.#applyBounds();
    this.emit('resize');
  }

  isMaximized(): boolean {
    this.#mustBeThere();
    return this.#isMaximized;
  }

  getNormalBounds(): Bounds {
    this.#mustBeThere();
    return this.#bounds;
  }

  getBounds(): Bounds {
    return this.#isMaximized ? WORK_AREA : this.getNormalBounds();
  }

  setBounds(bounds: Partial<Bounds>): void {
    this.#mustBeThere();
    this.#bounds = { ...this.#bounds, ...bounds };
    void this.#applyBounds();
    this.emit('resize');
    this.emit('move');
  }

  close(): void {
    const event = new Preventable();
    if (!this.#isDestroyed) this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }

  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    void this.#webContents.close();
    this.emit('closed');
    this.#app.windowClosed(this);
  }

  #mustBeThere(): void {
    if (this.#isDestroyed) throw new TypeError('Object has been destroyed');
  }

  async #applyBounds(): Promise<void> {
    const { session } = await this.#webContents.opened;
    const { width, height } = this.getBounds();
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
    await session.send('Emulation.setDeviceMetricsOverride', metrics).catch((error: unknown) => {
      if (!this.#isDestroyed) throw error;
    });
  }
}
