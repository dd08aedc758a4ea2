/** Where the display is drawn. */
export interface Screen {
  write(text: string): void;
  /** A terminal gets a display that redraws itself, a pipe one plain line for each change. */
  isTerminal: boolean;
  /** Width and height of the terminal. */
  columns: number;
  rows: number;
  color: boolean;
}

/** The screen that standard output is. Colours are left out if NO_COLOR is set. A terminal that does not know its size says 0. */
export function standardOutput(out: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns' | 'rows'> = process.stdout): Screen {
  return {
    write: (text) => void out.write(text),
    isTerminal: out.isTTY === true,
    get columns() {
      return out.columns || 120;
    },
    get rows() {
      return out.rows || 40;
    },
    color: out.isTTY === true && (process.env['NO_COLOR'] ?? '') === '',
  };
}
