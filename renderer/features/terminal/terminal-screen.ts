import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { WebglAddon } from '@xterm/addon-webgl';
import { type ITheme, Terminal } from '@xterm/xterm';

import type { TerminalSize } from '#engine/contract/terminal.ts';
import type { SessionScreen } from '#renderer/stores/session-link.ts';

import { openLink } from './open-link.ts';
import { cleanPaste, needsConsent } from './paste-guard.ts';
import { shortcutOf, type TerminalShortcut } from './terminal-shortcuts.ts';

/** Where a screen's news goes. */
export interface ScreenListener {
  readonly typed: (data: string | Uint8Array) => void;
  readonly resized: (size: TerminalSize) => void;
  readonly selected: (text: string) => void;
  readonly shortcut: (shortcut: Exclude<TerminalShortcut, 'copy' | 'paste'>) => void;
  readonly copied: (text: string) => void;
  /** Several lines are about to be pasted into a program that would run each. */
  readonly pasteHeld: (text: string) => void;
  readonly found: (result: SearchResult) => void;
}

export interface SearchResult {
  /** From 0; -1 when there are too many to count, or none. */
  readonly index: number;
  readonly count: number;
}

export interface ScreenLook {
  readonly theme: ITheme;
  readonly search: SearchColours;
  readonly fontFamily: string;
  readonly fontSize: number;
  readonly screenReader: boolean;
}

export interface SearchColours {
  /** `#rrggbb`, as the search addon wants them. */
  readonly match: string;
  readonly activeMatch: string;
}

export interface ScreenOptions {
  /** Without a tty nothing turns a line's end into a new line's beginning, and nobody reads what is typed. */
  readonly tty: boolean;
  readonly look: ScreenLook;
}

/** What a screen reader is told. */
export interface ScreenWords {
  readonly label: string;
  readonly inputLabel: string;
  /** Id of the element that says how to leave. */
  readonly hintId: string;
}

const SCROLLBACK_ROWS = 10_000;
const DEFAULT_SIZE = { columns: 80, rows: 24 };
export const isMac = navigator.platform.startsWith('Mac');

/**
 * A terminal that lives apart from the page: it goes on drawing while no view shows it, and is the same when one does
 * again. Only a shown one holds a WebGL context, of which a browser gives out few.
 */
export class TerminalScreen implements SessionScreen {
  readonly #terminal: Terminal;
  readonly #host: HTMLDivElement;
  readonly #fit: FitAddon = new FitAddon();
  readonly #search: SearchAddon = new SearchAddon();
  readonly #sizes: ResizeObserver;
  #searchColours: SearchColours;
  #listener: ScreenListener | undefined;
  #webgl: WebglAddon | undefined;
  #frame = 0;

  constructor({ tty, look }: ScreenOptions) {
    this.#host = document.createElement('div');
    this.#host.className = 'terminal-host';
    this.#searchColours = look.search;
    this.#terminal = new Terminal({
      allowProposedApi: true,
      convertEol: !tty,
      disableStdin: !tty,
      cols: DEFAULT_SIZE.columns,
      rows: DEFAULT_SIZE.rows,
      cursorBlink: tty,
      cursorInactiveStyle: tty ? 'outline' : 'none',
      fontFamily: look.fontFamily,
      fontSize: look.fontSize,
      lineHeight: 1.2,
      linkHandler: { activate: (_, uri) => openLink(uri) },
      macOptionIsMeta: true,
      // A program may colour as it likes; text that could not be read is moved until it can (WCAG 1.4.3).
      minimumContrastRatio: 4.5,
      rescaleOverlappingGlyphs: true,
      screenReaderMode: look.screenReader,
      scrollback: SCROLLBACK_ROWS,
      theme: look.theme,
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(this.#search);
    this.#terminal.loadAddon(new WebLinksAddon((_, uri) => openLink(uri)));
    this.#host.setAttribute('role', 'group');
    this.#sizes = new ResizeObserver(() => this.#fitSoon());
    this.#listen();
  }

  set listener(listener: ScreenListener | undefined) {
    this.#listener = listener;
  }

  /** The grid as it is now. */
  size(): TerminalSize {
    return { columns: this.#terminal.cols, rows: this.#terminal.rows };
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(bytes, resolve));
  }

  clear(): void {
    this.#terminal.reset();
  }

  /** Leaves what the last program set (full screen, colours, hidden cursor) and begins on a line of its own. */
  turnPage(): void {
    // Only out of the alternate screen: on the normal one the same sequence takes the cursor back over what is there.
    const leave = this.#terminal.buffer.active.type === 'alternate' ? '\x1b[?1049l' : '';
    this.#terminal.write(`${leave}\x1b[!p\x1b[0m\x1b[?25h\r\n`);
  }

  /** Shows it in `parent`, with its grid fitted before this returns. */
  show(parent: HTMLElement, { label, inputLabel, hintId }: ScreenWords): void {
    parent.append(this.#host);
    if (this.#terminal.element === undefined) this.#terminal.open(this.#host);
    this.#host.setAttribute('aria-label', label);
    this.#terminal.textarea?.setAttribute('aria-label', inputLabel);
    this.#terminal.textarea?.setAttribute('aria-describedby', hintId);
    this.#loadWebgl();
    this.#fitNow();
    this.#sizes.observe(this.#host);
  }

  hide(): void {
    this.#sizes.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#webgl?.dispose();
    this.#webgl = undefined;
    this.#host.remove();
  }

  dispose(): void {
    this.hide();
    this.#listener = undefined;
    this.#terminal.dispose();
  }

  focus(): void {
    this.#terminal.focus();
  }

  dress(look: ScreenLook): void {
    const { options } = this.#terminal;
    this.#searchColours = look.search;
    options.theme = look.theme;
    options.fontFamily = look.fontFamily;
    options.fontSize = look.fontSize;
    options.screenReaderMode = look.screenReader;
    if (this.#host.isConnected) this.#fitSoon();
  }

  get selection(): string {
    return this.#terminal.getSelection();
  }

  selectAll(): void {
    this.#terminal.selectAll();
  }

  /** Pastes, or has the person asked first. */
  pasteWithConsent(source: string): void {
    const text = cleanPaste(source);
    if (text === '' || this.#terminal.options.disableStdin === true) return;
    if (needsConsent(text, this.#terminal.modes.bracketedPasteMode)) this.#listener?.pasteHeld(text);
    else this.#terminal.paste(text);
  }

  /** Pastes without asking. */
  paste(text: string): void {
    this.#terminal.paste(cleanPaste(text));
  }

  find(text: string, direction: 'next' | 'previous', options: { readonly isIncremental: boolean }): void {
    if (text === '') return this.endSearch();
    const { match, activeMatch } = this.#searchColours;
    const decorations = {
      matchBackground: match,
      matchOverviewRuler: match,
      activeMatchBackground: activeMatch,
      activeMatchColorOverviewRuler: activeMatch,
    };
    if (direction === 'next') this.#search.findNext(text, { decorations, incremental: options.isIncremental });
    else this.#search.findPrevious(text, { decorations });
  }

  endSearch(): void {
    this.#search.clearDecorations();
    this.#terminal.clearSelection();
  }

  #listen(): void {
    this.#terminal.onData((data) => this.#listener?.typed(data));
    // Mouse reports in the old encoding are bytes, not text.
    this.#terminal.onBinary((data) => this.#listener?.typed(Uint8Array.from(data, (byte) => byte.charCodeAt(0))));
    this.#terminal.onResize(({ cols, rows }) => {
      this.#showSize();
      this.#listener?.resized({ columns: cols, rows });
    });
    this.#terminal.attachCustomKeyEventHandler((event) => this.#onKey(event));
    this.#search.onDidChangeResults(({ resultIndex, resultCount }) =>
      this.#listener?.found({ index: resultIndex, count: resultCount }),
    );
    this.#host.addEventListener('paste', (event) => this.#onPaste(event), { capture: true });
    this.#host.addEventListener('mouseup', () => {
      if (this.#terminal.hasSelection()) this.#listener?.selected(this.#terminal.getSelection());
    });
  }

  /** @returns whether the key is the program's. */
  #onKey(event: KeyboardEvent): boolean {
    const shortcut = shortcutOf(event, isMac);
    if (shortcut === undefined) return true;
    // The browser pastes by itself when nobody prevents it, and then no permission to read the clipboard is needed.
    if (shortcut === 'paste') return false;
    event.preventDefault();
    if (event.type !== 'keydown') return false;
    if (shortcut !== 'copy') this.#listener?.shortcut(shortcut);
    else if (this.#terminal.hasSelection()) this.#listener?.copied(this.#terminal.getSelection());
    return false;
  }

  #onPaste(event: ClipboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
    this.pasteWithConsent(event.clipboardData?.getData('text/plain') ?? '');
  }

  #fitSoon(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#fitNow());
  }

  #fitNow(): void {
    if (this.#host.clientWidth === 0 || this.#host.clientHeight === 0) return;
    this.#fit.fit();
    this.#showSize();
  }

  #showSize(): void {
    this.#host.dataset['columns'] = String(this.#terminal.cols);
    this.#host.dataset['rows'] = String(this.#terminal.rows);
  }

  #loadWebgl(): void {
    if (this.#webgl !== undefined) return;
    const webgl = new WebglAddon();
    try {
      this.#terminal.loadAddon(webgl);
    } catch {
      // Without WebGL xterm draws with elements, slower and the same.
      this.#host.dataset['renderer'] = 'dom';
      return;
    }
    this.#webgl = webgl;
    this.#host.dataset['renderer'] = 'webgl';
    webgl.onContextLoss(() => {
      webgl.dispose();
      if (this.#webgl !== webgl) return;
      this.#webgl = undefined;
      this.#host.dataset['renderer'] = 'dom';
    });
  }
}
