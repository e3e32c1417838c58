/** Providers: the upstreams of the configuration, which this API shows and cannot change (contract §2.5). */
import type { Provider, Providers } from '../core/provider.ts';
import { notFound } from './api-error.ts';
import { readPage, writePage } from './page.ts';
import type { Route } from './route.ts';

const PATHS = { anthropic: '/v1/messages', 'openai-compatible': '/v1/chat/completions' } as const;
const CAPABILITIES = {
  anthropic: ['chat', 'anthropic_messages'],
  'openai-compatible': ['chat', 'openai_chat'],
} as const;

/** Neither the upstream's address nor its key is told: its place on the gateway is. */
const writeProvider = ({ id, name, type, model, mount }: Provider) => ({
  id,
  name,
  type,
  inputs: model === undefined ? {} : { model },
  secrets: {},
  capabilities: CAPABILITIES[type],
  template: { type: 'request', method: 'POST', url: `${mount.replace(/\/+$/, '')}${PATHS[type]}` },
  availability: { global: true, projectIds: [] },
  projectId: null,
});

export const providerRoutes = ({ list }: Providers): readonly Route[] => [
  {
    method: 'GET',
    path: '/providers',
    permission: 'providers:read',
    async answer({ query }) {
      const asked = readPage(query);
      const { offset, limit, ascending, search } = asked;
      const known = list.filter(({ name }) => name.toLowerCase().includes(search?.toLowerCase() ?? ''));
      const ordered = ascending ? known : known.toReversed();
      const page = {
        items: ordered.slice(offset, offset + limit),
        hasMore: ordered.length > offset + limit,
      };
      return writePage('providers', page, asked, writeProvider);
    },
  },
  {
    method: 'GET',
    path: '/providers/{provider}',
    permission: 'providers:read',
    async answer({ params }) {
      const asked = params.provider ?? '';
      const provider = list.find(({ id, name }) => id === asked.toLowerCase() || name === asked);
      if (provider === undefined) throw notFound('Provider');
      return { provider: writeProvider(provider) };
    },
  },
];
