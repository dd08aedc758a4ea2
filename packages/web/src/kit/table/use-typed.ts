/** A text that is typed, and that something slower follows: an address, a request. */
import { useEffect, useRef, useState } from 'react';

/** Typing waits so long before the rest follows. Milliseconds. */
const PAUSE_MS = 180;

/** `outside`: the text as the address has it. Back, forward and links change it, too. `send` is told what was typed, once the hand rests. */
export function useTyped(outside: string, send: (text: string) => void): [text: string, type: (text: string) => void] {
  const [text, setText] = useState(outside);
  const sent = useRef(outside);
  const newest = useRef(send);
  newest.current = send;
  useEffect(() => {
    if (outside === sent.current) return;
    sent.current = outside;
    setText(outside);
  }, [outside]);
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      newest.current(text);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return [text, setText];
}
