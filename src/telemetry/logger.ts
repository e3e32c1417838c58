/** The log: JSON lines through pino, of listed fields and nothing else (THREATS U8, U9). */
import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { describeCause, type ExchangeLine, writeExchangeLine } from './exchange-line.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** Where the data plane writes one line an exchange. */
export interface ExchangeLog {
  exchange(line: ExchangeLine): void;
  /** A fault of ours that no exchange explains. */
  fault(event: string, cause: unknown): void;
}

/** Something an operator should know or mend; made of our own words, numbers and setting names. */
export interface OperatorNote {
  readonly event: string;
  readonly note: string;
  readonly tr_id?: string;
}

export interface Log extends ExchangeLog {
  note(note: OperatorNote): void;
  info(event: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
  /** Writes out what is buffered; call it before the process ends. */
  flush(): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** Default: standard output, written without waiting. */
  readonly stream?: DestinationStream;
}

export function createLog(options: LogOptions): Log {
  const stream =
    options.stream ?? destination({ dest: 1, sync: false, minLength: 8_192, periodicFlush: 200 });
  const logger: Logger = pino(
    { level: options.level, base: null, timestamp: stdTimeFunctions.isoTime },
    stream,
  );
  return {
    exchange(line) {
      // Blocks and client errors are the gateway's daily work; only what fails behind it is a warning.
      if (line.outcome === 'failed') logger.warn(writeExchangeLine(line), 'exchange');
      else logger.info(writeExchangeLine(line), 'exchange');
    },
    fault: (event, cause) => logger.error({ cause: describeCause(cause), at: placeOf(cause) }, event),
    note: ({ event, note, tr_id }) => logger.warn({ note, tr_id }, event),
    info: (event, fields) => logger.info({ ...fields }, event),
    flush: () => {
      if ('flushSync' in stream && typeof stream.flushSync === 'function') stream.flushSync();
    },
  };
}

/** Function and line of the throw, without the message, which may hold texts. */
const placeOf = (cause: unknown): string | undefined => {
  if (!(cause instanceof Error)) return undefined;
  const frame = cause.stack?.split('\n').find((line) => line.startsWith('    at '));
  return frame?.trim().replace(/\(?(?:file:\/\/)?\/.*\//, '(');
};
