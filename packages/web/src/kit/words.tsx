/** A sentence in which names stand between backticks, as the checker and the server write them. */
import { Code } from '@mantine/core';

export function Words({ children }: { children: string }) {
  return children.split('`').map((part, at) => (at % 2 === 1 ? <Code key={at}>{part}</Code> : part));
}
