/** Who calls: a client of the gateway by its key, or on an inline path the holder of a management token. */
import { GatewayError } from '../core/errors.ts';
import type { ClientGate } from './clients.ts';
import type { AddressOf } from './context.ts';
import type { ExchangeState } from './exchange-state.ts';
import { answerInlineBlock } from './inline-block.ts';
import { type InlineMount, inlineTokenOf } from './inline-mounts.ts';
import type { ClientOptions, FindInlineClient, UpstreamOptions } from './options.ts';
import { pause } from './pace.ts';

export interface AdmitParts {
  readonly gate: ClientGate;
  readonly inlineClient: FindInlineClient;
  readonly addressOf: AddressOf;
}

/**
 * A wrong key is refused after a wait that grows with how many there were. On an inline path everything is
 * answered in the protocol's shape from here on.
 * @param inline the path's inline mount, if it is one
 * @throws GatewayError
 */
export async function admitClient(
  exchange: ExchangeState,
  inline: InlineMount | undefined,
  upstream: UpstreamOptions | undefined,
  { gate, inlineClient, addressOf }: AdmitParts,
): Promise<ClientOptions | undefined> {
  const { request, signal } = exchange;
  const address = addressOf(request) ?? '';
  if (inline !== undefined) {
    const { protocol } = inline;
    exchange.protocol = protocol;
    exchange.onInlineBlock = (error) => answerInlineBlock(exchange, error);
    return inlineClient(inlineTokenOf(request.headers, protocol), address);
  }
  const admittance = gate.admit(request.headers, upstream, address);
  if (!('refused' in admittance)) return admittance.client;
  await pause(admittance.waitMs, signal);
  throw new GatewayError('key_required');
}
