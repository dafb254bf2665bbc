import { type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view';

/** What ended a build, at the line that did. */
export interface LineFailure {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

export const showFailure = StateEffect.define<LineFailure | undefined>();

/** A failure stands beneath its line, and goes with it when the text is changed. */
export const failureLine: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (shown, { effects, changes, state }) => {
    const [effect] = effects.filter((each) => each.is(showFailure));
    if (effect === undefined) return shown.map(changes);
    const failure = effect.value;
    if (failure === undefined || failure.line > state.doc.lines) return Decoration.none;
    const widget = Decoration.widget({ widget: new FailureWidget(failure.message), block: true, side: 1 });
    return Decoration.set([widget.range(state.doc.line(failure.line).to)]);
  },
  provide: (field) => EditorView.decorations.from(field),
});

class FailureWidget extends WidgetType {
  readonly #message: string;

  constructor(message: string) {
    super();
    this.#message = message;
  }

  override eq(other: FailureWidget): boolean {
    return other.#message === this.#message;
  }

  toDOM(): HTMLElement {
    const element = document.createElement('div');
    element.className = 'cm-failure';
    element.setAttribute('role', 'note');
    element.textContent = this.#message;
    return element;
  }
}
