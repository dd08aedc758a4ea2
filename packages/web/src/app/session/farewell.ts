/** Why the session ended, in words: said by whoever ends it, read once by the page that asks to sign in. */
let words: string | undefined;

export function sayAtSignIn(text: string): void {
  words = text;
}

/** Answers the words once. */
export function takeFarewell(): string | undefined {
  const said = words;
  words = undefined;
  return said;
}
