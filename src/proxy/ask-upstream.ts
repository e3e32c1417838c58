/** Asks an upstream one text and reads the one text of its answer, for the prompts of the management API. */
import { z } from 'zod';
import { GatewayError } from '../core/errors.ts';
import { type Provider, type ProviderAnswer, ProviderError, type Providers } from '../core/provider.ts';
import { readBytes } from './body-bytes.ts';
import { createForwarder, type Forwarder, type UpstreamAnswer } from './forward.ts';
import type { GatewayClock, GatewayTimeouts, UpstreamOptions } from './options.ts';
import { upstreamKeyOf } from './upstream-key.ts';

export interface AskOptions {
  readonly upstreams: readonly (UpstreamOptions & { readonly provider: Provider })[];
  readonly timeouts: GatewayTimeouts;
  readonly responseBytes: number;
  readonly clock: GatewayClock;
}

export interface ClosableProviders extends Providers {
  close(): Promise<void>;
}

const TOKENS_MAX = 4_096;
const ANTHROPIC_VERSION = '2023-06-01';

/** How a question looks in one wire format, and where the text of its answer is. */
interface Format {
  readonly path: string;
  body(model: string, text: string): unknown;
  headers(key: string | undefined): readonly string[];
  textOf(json: unknown): string | undefined;
}

const openAiAnswer = z.looseObject({
  choices: z.array(z.looseObject({ message: z.looseObject({ content: z.string().nullish() }) })).min(1),
});
const anthropicAnswer = z.looseObject({
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
});

const FORMATS: Readonly<Record<Provider['type'], Format>> = {
  'openai-compatible': {
    path: '/v1/chat/completions',
    body: (model, text) => ({ model, messages: [{ role: 'user', content: text }] }),
    headers: (key) => (key === undefined ? [] : ['authorization', `Bearer ${key}`]),
    textOf: (json) => openAiAnswer.safeParse(json).data?.choices[0]?.message.content ?? undefined,
  },
  anthropic: {
    path: '/v1/messages',
    body: (model, text) => ({
      model,
      max_tokens: TOKENS_MAX,
      messages: [{ role: 'user', content: text }],
    }),
    headers: (key) => [
      ...['anthropic-version', ANTHROPIC_VERSION],
      ...(key === undefined ? [] : ['x-api-key', key]),
    ],
    textOf: (json) =>
      anthropicAnswer
        .safeParse(json)
        .data?.content.map((block) => (block.type === 'text' ? (block.text ?? '') : ''))
        .join(''),
  },
};

/** No retries; redirects are not followed. */
export function createProviders(options: AskOptions): ClosableProviders {
  const { upstreams, timeouts, clock, responseBytes } = options;
  const forwarders = new Map<string, Forwarder>();
  const forwarderOf = ({ name, url }: UpstreamOptions): Forwarder => {
    const made = forwarders.get(name) ?? createForwarder(url, timeouts);
    forwarders.set(name, made);
    return made;
  };
  const list = upstreams.map(({ provider }) => provider);
  return {
    list,
    fallback: list.find((provider) => provider.mount === '/') ?? list[0],
    async ask(provider, text, signal) {
      const upstream = upstreams.find((entry) => entry.name === provider.name);
      if (upstream === undefined || provider.model === undefined)
        throw new ProviderError(422, 'The provider has no model (gateway.upstreams[].model)');
      const format = FORMATS[provider.type];
      const body = Buffer.from(JSON.stringify(format.body(provider.model, text)));
      const sentMs = clock.unixMs();
      try {
        const answer = await forwarderOf(upstream).forward({
          method: 'POST',
          target: upstream.url.pathname.replace(/\/+$/, '') + format.path + upstream.url.search,
          headers: [
            ...HEADERS,
            'content-length',
            `${body.length}`,
            ...format.headers(upstreamKeyOf(upstream)),
          ],
          body,
          signal,
        });
        const given = await readText(answer, format, responseBytes);
        return { statusCode: answer.status, text: given, sentMs, receivedMs: clock.unixMs() };
      } catch (cause) {
        throw providerFault(cause);
      }
    },
    close: async () => {
      await Promise.all([...forwarders.values()].map((forwarder) => forwarder.close()));
    },
  };
}

const HEADERS = [
  'content-type',
  'application/json',
  'accept',
  'application/json',
  'accept-encoding',
  'identity',
];

/** The text of an error is not the model's: nobody is told it. */
async function readText(
  { status, body }: UpstreamAnswer,
  format: Format,
  bytesMax: number,
): Promise<ProviderAnswer['text']> {
  const bytes = await readBytes(body, { bytesMax }).catch((cause: unknown) => {
    body.destroy();
    throw cause;
  });
  if (status !== 200) return undefined;
  const text = format.textOf(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  if (text === undefined) throw new GatewayError('upstream_invalid');
  return text;
}

function providerFault(cause: unknown): ProviderError {
  if (cause instanceof GatewayError && cause.code === 'upstream_timeout')
    return new ProviderError(504, 'The provider did not answer in time', { cause });
  if (cause instanceof GatewayError && cause.code === 'upstream_unreachable')
    return new ProviderError(502, 'The provider could not be reached', { cause });
  if (cause instanceof GatewayError && cause.code === 'upstream_key_missing')
    return new ProviderError(503, "The provider's key is not available", { cause });
  return new ProviderError(502, "The provider's answer could not be read", { cause });
}
