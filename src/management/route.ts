/** What a route of the management API is: a plain value, so that all of them can be listed and tested. */
import type { Actor, Project } from '../registry/model.ts';
import type { Permission } from '../registry/permissions.ts';
import type { Caller } from './caller.ts';
import type { Query } from './query.ts';

export interface Call {
  readonly caller: Caller;
  readonly actor: Actor;
  /** Decoded segments that stood for `{name}`. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  /** The parsed JSON; undefined where none was sent, or where the route takes bytes. */
  readonly body: unknown;
  readonly bytes: Buffer;
  readonly contentType: string;
  /** Of a route with `{project}`: the caller may what the route asks for in it. */
  readonly project: Project | undefined;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
}

/** Bytes to save, instead of JSON. */
export class Download {
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly fileName: string;
  constructor(bytes: Uint8Array, type: string, fileName: string) {
    this.bytes = bytes;
    this.type = type;
    this.fileName = fileName;
  }
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/backend/v1`; `{name}` stands for one segment. */
  readonly path: string;
  /** Null: any valid token. */
  readonly permission: Permission | null;
  /** `organization`: holding it in single projects is not enough. Default: `anywhere`. */
  readonly reach?: 'organization' | 'anywhere';
  /** Default `json`. */
  readonly takes?: 'json' | 'bytes';
  /** Something that policies are made from may have changed. Default: for everything but GET. */
  readonly changes?: boolean;
  /** Its JSON, or a Download. @throws ApiError, RegistryError */
  answer(call: Call): Promise<unknown>;
}
