/** Secrets: made and replaced, listed with their values masked (contract §2.5). */
import { z } from 'zod';
import type { Secret, Secrets } from '../registry/secrets.ts';
import { readFields } from './read-fields.ts';
import type { Route } from './route.ts';
import { writeTime } from './scanner-wire.ts';

/** Of one length for all of them. */
const MASKED = '*'.repeat(12);

const writeSecret = ({ id, name, createdAt, updatedAt }: Secret) => ({
  id,
  name,
  value: MASKED,
  createdAt: writeTime(createdAt),
  updatedAt: writeTime(updatedAt),
});

const newSecretSchema = z.looseObject({ name: z.string(), value: z.string() });
const secretPatchSchema = z.looseObject({ name: z.string().nullish(), value: z.string().nullish() });

const READ = { permission: 'secrets:read', reach: 'organization' } as const;
const WRITE = { permission: 'secrets:write', reach: 'organization' } as const;

export const secretRoutes = (secrets: Secrets): readonly Route[] => [
  {
    method: 'GET',
    path: '/secrets',
    ...READ,
    answer: async () => ({ secrets: (await secrets.listSecrets()).map(writeSecret) }),
  },
  {
    method: 'POST',
    path: '/secrets',
    ...WRITE,
    answer: async ({ actor, body }) => ({
      id: await secrets.createSecret(actor, readFields(newSecretSchema, body)),
    }),
  },
  {
    method: 'GET',
    path: '/secrets/{secretId}',
    ...READ,
    answer: async ({ params }) => ({ secret: writeSecret(await secrets.getSecret(params.secretId ?? '')) }),
  },
  {
    method: 'PATCH',
    path: '/secrets/{secretId}',
    ...WRITE,
    async answer({ actor, params, body }) {
      await secrets.updateSecret(actor, params.secretId ?? '', readFields(secretPatchSchema, body));
      return { message: 'Secret updated' };
    },
  },
  {
    method: 'DELETE',
    path: '/secrets/{secretId}',
    ...WRITE,
    async answer({ actor, params }) {
      await secrets.deleteSecret(actor, params.secretId ?? '');
      return { message: 'Secret deleted' };
    },
  },
];
