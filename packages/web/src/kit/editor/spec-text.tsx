/** A spec to be read: coloured, folded and searched like in the editor. */
import { useEffect, useRef } from 'react';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { reading } from './setup';

interface Props {
  text: string;
  /** For people who do not see the page. */
  label: string;
  /** Of the view, which scrolls by itself. */
  height?: string;
}

export default function SpecText({ text, label, height = 'min(70vh, 720px)' }: Props) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return;
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: text,
        extensions: [reading, EditorState.readOnly.of(true), EditorView.contentAttributes.of({ 'aria-label': label })],
      }),
    });
    return () => view.destroy();
  }, [text, label]);
  return <div ref={place} style={{ height, overflow: 'hidden' }} />;
}
