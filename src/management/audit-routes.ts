/** Audit events: who changed what, newest first (contract §2.5). */
import type { Access } from '../registry/access.ts';
import type { AuditEvent } from '../registry/model.ts';
import type { Registry } from '../registry/registry.ts';
import { OWNER_ID } from '../registry/system-roles.ts';
import { readPage, writePage } from './page.ts';
import type { Route } from './route.ts';
import { writeTime } from './scanner-wire.ts';

/** Global and project tokens are of no user. */
const MACHINE = { id: 'system', email: '', name: 'system', org: 'sallyport', machine: true };

const writeEvent = (event: AuditEvent, users: ReadonlyMap<string, object>) => ({
  id: event.id,
  type: event.type,
  createdAt: writeTime(event.at),
  requestId: event.requestId,
  user: users.get(event.userId ?? '') ?? MACHINE,
  data: event.data,
  ...event.subjects,
});

export const auditRoutes = (registry: Registry, access: Access): readonly Route[] => [
  {
    method: 'GET',
    path: '/audit',
    permission: 'audit:read',
    reach: 'organization',
    async answer({ query }) {
      const asked = readPage(query);
      const filter = {
        types: query.texts('type'),
        userIds: query.texts('userId'),
        before: query.time('before'),
        after: query.time('after'),
      };
      const page = await registry.listAuditEvents(filter, asked);
      const users = new Map<string, object>();
      for (const id of new Set(page.items.map((event) => event.userId ?? OWNER_ID))) {
        const user = await access.getUser(id).catch(() => ({ email: '', name: id }));
        users.set(id, { id, email: user.email, name: user.name, org: MACHINE.org, machine: false });
      }
      return writePage('events', page, asked, (event) => writeEvent(event, users));
    },
  },
];
