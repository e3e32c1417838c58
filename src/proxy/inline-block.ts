/** A block on an inline path: 400 in the protocol's shape, and what CalypsoAI's clients read (§5.9). */
import type { PublicError } from '../core/errors.ts';
import type { FiredScanner } from '../core/record.ts';
import { wireTypeOf } from '../core/scanner-type.ts';
import type { ScanTrace } from '../core/verdict.ts';
import { writeBody } from './answer.ts';
import type { ExchangeState } from './exchange-state.ts';

const STATUS = 400;

/** Which scanners fired is told, as their clients expect; never what they found. */
export function answerInlineBlock(exchange: ExchangeState, error: PublicError): void {
  const body = JSON.stringify(withDetails(exchange.protocol.error(error), detailsOf(exchange)));
  exchange.bytesOut += Buffer.byteLength(body);
  writeBody(exchange.response, STATUS, { 'content-type': 'application/json' }, body, exchange);
}

const withDetails = (shape: unknown, details: object): object => {
  const { error, ...rest } = Object(shape);
  return { ...rest, error: { ...Object(error), cai_error: details } };
};

const detailsOf = ({ traces, policy }: ExchangeState): object => ({
  outcome: 'blocked',
  scanner_results: traces.flatMap((trace) =>
    (trace.fired ?? []).map((fired) => resultOf(fired, trace, policy)),
  ),
});

function resultOf({ id }: FiredScanner, { side }: ScanTrace, policy: ExchangeState['policy']) {
  const { scanners = [], builtIns = [] } = policy?.profile ?? {};
  const scanner = [...scanners, ...builtIns].find((entry) => entry.id !== undefined && entry.id === id);
  return {
    scanner_id: id ?? null,
    outcome: 'failed',
    scan_direction: side === 'response' ? 'response' : 'request',
    data: { type: scanner === undefined ? 'custom' : wireTypeOf(scanner) },
    message: scanner?.flagMessage ?? null,
  };
}
