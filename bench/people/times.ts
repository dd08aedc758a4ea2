/** What `server-times.ts` has written: how long the server took to answer. */
import { readFile } from 'node:fs/promises';

/** Milliseconds of requests since a line of the file, by method and path. */
export async function serverTimes(file: string, from = 0): Promise<{ route: string; ms: number }[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').slice(from, -1);
  return lines.map((line) => {
    const at = line.lastIndexOf(' ');
    return { route: line.slice(0, at), ms: Number(line.slice(at + 1)) };
  });
}

/** Lines that are there. */
export async function linesOf(file: string): Promise<number> {
  return (await readFile(file, 'utf8')).split('\n').length - 1;
}
