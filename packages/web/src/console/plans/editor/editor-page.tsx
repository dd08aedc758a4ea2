/** Writes a plan. */
export function EditorPage() {
  return null;
}
