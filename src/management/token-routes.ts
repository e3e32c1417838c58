/** Tokens: listed without their text, made and shown once, revoked (contract §2.5, §5.10). */
import { z } from 'zod';
import type { Access } from '../registry/access.ts';
import type { Token } from '../registry/access-model.ts';
import { ALL_PERMISSIONS, PROJECT_ADMIN } from '../registry/permissions.ts';
import type { Registry } from '../registry/registry.ts';
import { microsOf } from '../registry/versions.ts';
import { forbidden, invalidAt, notFound } from './api-error.ts';
import { type Caller, may, mayIn, projectsWhere } from './caller.ts';
import { readPage, writePage } from './page.ts';
import { readFields } from './read-fields.ts';
import { checkHeld } from './role-routes.ts';
import type { Route } from './route.ts';
import { writeTime } from './scanner-wire.ts';

const MASKED = '*'.repeat(12);

const writeToken = (token: Token, value = MASKED) => ({
  id: token.id,
  name: token.name,
  machine: token.machine,
  userId: token.userId ?? '',
  expiresAt: writeTime(token.expiresAt),
  value,
  projectId: token.projectId,
});

const newTokenSchema = z.looseObject({
  name: z.string(),
  expiresAt: z.string(),
  machine: z.boolean().nullish(),
  projectId: z.string().nullish(),
  /** Ours: whose personal token it is, where not the caller's. */
  userId: z.string().nullish(),
});

/** A token never does more than who made it, neither the global one nor that of a project. */
function checkReach(caller: Caller, projectId: string | null): void {
  if (projectId !== null) {
    if (!mayIn(caller, 'projects:read', projectId)) throw notFound('Project');
    for (const permission of PROJECT_ADMIN) if (!mayIn(caller, permission, projectId)) throw forbidden();
    return;
  }
  for (const permission of ALL_PERMISSIONS) if (!may(caller, permission)) throw forbidden();
}

/** Users have no password here: their first token is made for them. @throws ApiError */
async function checkUser(access: Access, caller: Caller, userId: string): Promise<void> {
  if (userId === caller.userId) return;
  if (!may(caller, 'tokens:write') || !may(caller, 'users:write')) throw forbidden();
  const grants = userId.includes('\0') ? undefined : await access.grantsOf(userId);
  if (grants === undefined) throw invalidAt(['body', 'userId'], 'There is no such user, or they are blocked');
  checkHeld(caller, [...grants.everywhere], null);
  for (const [projectId, held] of grants.inProjects) checkHeld(caller, [...held], projectId);
}

const isOwn = (caller: Caller, token: Token): boolean =>
  token.userId !== null && token.userId === caller.userId;

function mayManage(caller: Caller, token: Token): boolean {
  if (isOwn(caller, token) || may(caller, 'tokens:write')) return true;
  return token.projectId !== null && mayIn(caller, 'tokens:write', token.projectId);
}

export const tokenRoutes = (registry: Registry, access: Access): readonly Route[] => [
  {
    method: 'GET',
    path: '/tokens',
    permission: null,
    async answer({ caller, query }) {
      const asked = readPage(query);
      const machine = query.truth('machine') ?? false;
      const project = query.text('projectId');
      const projectId = project === undefined ? undefined : (await registry.getProject(project)).id;
      if (projectId !== undefined && !mayIn(caller, 'tokens:read', projectId)) throw notFound('Project');
      const userId = query.text('userId') ?? caller.userId ?? '';
      if (userId !== (caller.userId ?? '') && !may(caller, 'tokens:read')) throw forbidden();
      const filter =
        machine || projectId !== undefined
          ? {
              machine: true,
              projectIds: projectId === undefined ? projectsWhere(caller, 'tokens:read') : [projectId],
            }
          : { machine: false, userId };
      return writePage('tokens', await access.listTokens(filter, asked), asked, (token) => writeToken(token));
    },
  },
  {
    method: 'POST',
    path: '/tokens',
    permission: null,
    changes: false,
    async answer({ caller, actor, body }) {
      const { name, expiresAt, machine, projectId: project, ...more } = readFields(newTokenSchema, body);
      const at = microsOf(expiresAt);
      if (at === undefined) throw invalidAt(['body', 'expiresAt'], 'Input should be a time');
      // Who has no user has no personal token either: it is a machine's, of the same reach as the caller's.
      const owner = more.userId ?? caller.userId;
      const isMachine = machine === true || owner === null;
      const named = project ?? caller.projectId;
      const projectId = isMachine && named !== undefined ? (await registry.getProject(named)).id : null;
      if (isMachine) checkReach(caller, projectId);
      else await checkUser(access, caller, owner);
      const userId = isMachine ? null : owner;
      const { token, text } = await access.createToken(actor, { name, expiresAt: at, userId, projectId });
      return { token: writeToken(token, text) };
    },
  },
  {
    method: 'DELETE',
    path: '/tokens/{tokenId}',
    permission: null,
    changes: false,
    async answer({ caller, actor, params }) {
      const token = await access.getToken(params.tokenId ?? '');
      if (!mayManage(caller, token)) throw notFound('Token');
      await access.revokeToken(actor, token.id);
      return { message: 'Token revoked' };
    },
  },
];
