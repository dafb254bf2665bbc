import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** The window's own colours, of which each has both themes in it. */
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: tags.comment, color: 'var(--ink-faint)' },
  { tag: tags.attributeName, color: 'var(--touched)' },
  { tag: tags.variableName, color: 'var(--changed)' },
  { tag: tags.string, color: 'var(--added)' },
  { tag: tags.labelName, color: 'var(--accent-strong)' },
  { tag: tags.operator, color: 'var(--ink-faint)' },
  { tag: tags.invalid, color: 'var(--danger)' },
]);

const look = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--surface)', color: 'var(--ink)', fontSize: '12px' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6', fontVariantLigatures: 'none' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--ink-faint)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine': { backgroundColor: 'var(--hover)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--pressed)', color: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-wash)',
  },
  '.cm-tooltip': {
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--raised)',
    color: 'var(--ink)',
    boxShadow: 'var(--shadow-pop)',
  },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent-wash)',
    color: 'var(--ink)',
  },
  '.cm-diagnostic': { fontFamily: 'var(--sans)', padding: '4px 8px' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--danger)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warning)' },
  '.cm-lintRange-error': { background: 'none', textDecoration: 'underline wavy var(--danger)' },
  '.cm-lintRange-warning': { background: 'none', textDecoration: 'underline wavy var(--warning)' },
  '.cm-failure': {
    maxWidth: '56ch',
    margin: '2px 8px 6px 6px',
    padding: '5px 9px',
    borderLeft: '3px solid var(--danger)',
    backgroundColor: 'var(--danger-wash)',
    color: 'var(--danger)',
    fontFamily: 'var(--sans)',
    overflowWrap: 'anywhere',
    whiteSpace: 'pre-wrap',
  },
});

export const editorTheme: Extension = [look, syntaxHighlighting(colours)];
