/** Where the command line reads and writes; tests hand in their own. */

export interface CliStreams {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly stdin: AsyncIterable<Uint8Array>;
}
