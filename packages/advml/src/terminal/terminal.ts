import { randomUUID } from 'node:crypto';
import { plainText } from './plain-text.ts';

/** Escape codes that turn a colour on and off. */
const CODES = { green: [32, 39], red: [31, 39], gray: [90, 39], bold: [1, 22] } as const;

/** The colours this program uses. */
export type Colour = keyof typeof CODES;

/**
 * Where the program writes: results on standard output, everything else on standard error. Of what is written only the colours of
 * `paint` are obeyed; other control characters, which files and arguments may hold, are shown.
 */
export interface Terminal {
  /** Whether a person watches: progress lines are then redrawn in place. */
  readonly live: boolean;
  /** Writes a result. */
  out(text: string): void;
  /** Writes a line for the person, above the status line, in a colour if one is told and a terminal shows it. */
  note(line: string, colour?: Colour): void;
  /** Writes an error. */
  error(message: string): void;
  /** Draws the status anew, a line or several; nothing where nobody watches. */
  status(text: string): void;
  /** Text in a colour for `out`, if colours are wanted on standard output. */
  paint(colour: Colour, text: string): string;
  /** Removes the status. */
  close(): void;
}

/** The parts of a process that a terminal needs. */
type Streams = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'env'>;

/**
 * The terminal of a process. Colours follow `NO_COLOR` and whether standard output is a terminal.
 *
 * @param streams - The process.
 * @returns Its terminal.
 */
export function terminalOf({ stdout, stderr, env }: Streams): Terminal {
  const live = Boolean(stderr.isTTY) && env.TERM !== 'dumb';
  const coloured = Boolean(stdout.isTTY) && !env.NO_COLOR;
  const colouredNotes = live && !env.NO_COLOR;
  const mark = randomUUID(); // stands for the escape character of `paint`, and in no file
  let shown = 0; // lines
  const clear = () => {
    if (shown > 0) stderr.write(`\r\x1b[2K${'\x1b[1A\x1b[2K'.repeat(shown - 1)}`);
    shown = 0;
  };
  return {
    live,
    out: (text) => {
      clear();
      stdout.write(plainText(text).replaceAll(mark, '\x1b'));
    },
    note: (line, colour) => {
      clear();
      const [on, off] = CODES[colour ?? 'gray'];
      const text = plainText(line);
      stderr.write(colour && colouredNotes ? `\x1b[${on}m${text}\x1b[${off}m\n` : `${text}\n`);
    },
    error: (message) => {
      clear();
      stderr.write(`advml: ${plainText(message)}\n`);
    },
    status: (text) => {
      if (!live) return;
      clear();
      const lines = plainText(text)
        .split('\n')
        .slice(0, (stderr.rows ?? 24) - 1);
      stderr.write(lines.map((line) => line.slice(0, (stderr.columns ?? 80) - 1)).join('\n'));
      shown = lines.length;
    },
    paint: (colour, text) => {
      const [on, off] = CODES[colour];
      return coloured ? `${mark}[${on}m${text}${mark}[${off}m` : text;
    },
    close: clear,
  };
}
