import { autocompletion, type Completion, type CompletionSource, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState, type Extension, type Text, Transaction } from '@codemirror/state';
import { EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view';
import { type ReactNode, useEffect, useRef, useState } from 'react';

import type { DockerfileOutline, DockerfileProblem } from '#engine/contract/dockerfile.ts';

import { completionsAt } from './dockerfile-completion.ts';
import './dockerfile-editor.css';
import { dockerfileLanguage } from './dockerfile-mode.ts';
import { failureLine, type LineFailure, showFailure } from './editor-failure.ts';
import { editorTheme } from './editor-theme.ts';

interface DockerfileEditorProps {
  /** What it is called, for whoever doesn't see it. */
  readonly label: string;
  readonly text: string;
  /** Absent of one that is only read. */
  readonly onChange?: (text: string) => void;
  readonly problems?: readonly DockerfileProblem[] | undefined;
  readonly failure?: LineFailure | undefined;
  readonly outline?: DockerfileOutline | undefined;
  /** A line to go to; another object goes there again. */
  readonly goTo?: { readonly line: number; readonly column: number; readonly keepsFocus?: boolean } | undefined;
}

/** A Dockerfile as one writes it. Tab leaves it, as it leaves any field; F8 goes to the next problem. */
export function DockerfileEditor(props: DockerfileEditorProps): ReactNode {
  const { label, text, onChange, problems, failure, outline, goTo } = props;
  const host = useRef<HTMLDivElement>(null);
  const latest = useRef({ onChange, outline });
  const [view, setView] = useState<EditorView>();
  const isReadOnly = onChange === undefined;
  useEffect(() => {
    latest.current = { onChange, outline };
  }, [onChange, outline]);
  useEffect(() => {
    if (host.current === null) return undefined;
    const changed = EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) latest.current.onChange?.(state.doc.toString());
    });
    const completing = completion(() => latest.current.outline);
    const made = new EditorView({
      parent: host.current,
      extensions: [extensionsOf(label, isReadOnly), completing, changed],
    });
    setView(made);
    return () => made.destroy();
  }, [label, isReadOnly]);
  useEffect(() => {
    if (view === undefined || view.state.doc.toString() === text) return;
    view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: text },
      annotations: Transaction.addToHistory.of(false),
    });
  }, [view, text]);
  useEffect(() => {
    view?.dispatch(
      setDiagnostics(
        view.state,
        (problems ?? []).flatMap((problem) => diagnosticOf(problem, view.state.doc)),
      ),
    );
  }, [view, problems]);
  useEffect(() => {
    view?.dispatch({ effects: showFailure.of(failure) });
  }, [view, failure]);
  useEffect(() => {
    if (view === undefined || goTo === undefined || goTo.line > view.state.doc.lines) return;
    const { from, to } = view.state.doc.line(goTo.line);
    view.dispatch({ selection: { anchor: Math.min(to, from + goTo.column - 1) }, scrollIntoView: true });
    if (goTo.keepsFocus !== true) view.focus();
  }, [view, goTo]);
  return <div ref={host} className="builds-editor" />;
}

function extensionsOf(label: string, isReadOnly: boolean): Extension {
  return [
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    history(),
    lintGutter(),
    failureLine,
    dockerfileLanguage,
    editorTheme,
    keymap.of([...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
    EditorState.readOnly.of(isReadOnly),
  ];
}

function completion(outline: () => DockerfileOutline | undefined): Extension {
  const source: CompletionSource = ({ state, pos, explicit }) => {
    const found = completionsAt(state.doc.sliceString(0, pos), outline());
    if (found === undefined || (found.from === pos && !explicit && found.options.length > 15)) return null;
    return { from: found.from, options: [...found.options], validFor: /^[\w.-]*$/ };
  };
  // A flag that wants a value is asked for it at once.
  const activateOnCompletion = ({ apply }: Completion): boolean => typeof apply === 'string' && apply.endsWith('=');
  return autocompletion({ override: [source], icons: false, activateOnCompletion });
}

/** A text that has been changed since may be shorter than what was checked. */
function diagnosticOf({ line, column, endLine, severity, message, rule }: DockerfileProblem, doc: Text): Diagnostic[] {
  if (line > doc.lines) return [];
  const first = doc.line(line);
  const last = doc.line(Math.min(endLine, doc.lines));
  const from = Math.min(first.to, first.from + column - 1);
  return [
    { from, to: Math.max(from, last.to), severity, message: rule === undefined ? message : `${message} (${rule})` },
  ];
}
