/** Routes that an operator adds: any JSON goes through, and every string of it is scanned. */
import type { PublicError } from '../core/errors.ts';
import { type JsonNode, memberOf, stringOf } from '../core/json.ts';
import type { StreamEvent } from '../core/sse.ts';
import { BodyWalk } from './body-walk.ts';
import { userOf } from './conversation.ts';
import { EventWalk } from './event-walk.ts';
import type { EventReading, Operation, Protocol, RequestReading, StreamReader } from './protocol.ts';
import { OTHER } from './shape.ts';

const ID = 'json-route';
const NOTHING: EventReading = { deltas: [], binaries: [], ending: false, logprobs: [] };
const NO_NAMES: ReadonlySet<string> = new Set(['message']);

/** An entry of the setting `gateway.routes`. */
export interface RouteEntry {
  readonly method: Operation['method'];
  readonly path: string;
  /** `json`: both sides are JSON or events of JSON, and scanned. `none`: passed through unread. */
  readonly scan: 'json' | 'none';
}

function errorBody(error: PublicError): { readonly error: Readonly<Record<string, unknown>> } {
  const { message, kind, code, category } = error;
  return { error: { message, type: kind, code, ...(category === undefined ? {} : { category }) } };
}

function readRequest(body: JsonNode): RequestReading {
  const walk = new BodyWalk({ side: 'request' });
  walk.walk(body, OTHER, '');
  const model = stringOf(memberOf(body, 'model'));
  const user = userOf(body);
  const stream = memberOf(body, 'stream');
  return {
    parts: walk.parts,
    binaries: walk.binaries,
    upstreamState: walk.states,
    stream: stream?.type === 'literal' && stream.value === true,
    ...(model === undefined ? {} : { model }),
    ...(user === undefined ? {} : { user }),
  };
}

/** Events of an unknown format: a clean close is a clean end, and what ends early cannot be told. */
class JsonStream implements StreamReader {
  readonly #walk = new EventWalk(new Map());
  readonly finished = true;
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  read(event: StreamEvent): EventReading {
    if (this.#closed) return NOTHING;
    if (event.json === undefined) this.#closed = true;
    return this.#walk.event(event, OTHER, NO_NAMES, this.#closed);
  }

  /** An unknown format has no state to close. */
  sent(): void {}

  refuse(error: PublicError): readonly Pick<StreamEvent, 'name' | 'data'>[] {
    return this.fail(error);
  }

  fail(error: PublicError): readonly Pick<StreamEvent, 'name' | 'data'>[] {
    return [{ name: 'error', data: JSON.stringify(errorBody(error)) }];
  }
}

/** The protocol that holds an operator's routes. */
export function jsonRoutes(entries: readonly RouteEntry[]): Protocol {
  const operations: Operation[] = [];
  const protocol: Protocol = {
    id: ID,
    credential: { header: 'authorization', scheme: 'Bearer' },
    error: errorBody,
    operations,
  };
  for (const { method, path, scan } of entries) {
    const id = `${ID}.${method.toLowerCase()}-${path}`;
    if (scan === 'none') operations.push({ id, method, path, content: 'none', protocol });
    else {
      operations.push({
        id,
        method,
        path,
        content: 'scanned',
        protocol,
        readRequest,
        readResponse: (body) => readRequest(body),
        readStream: () => new JsonStream(),
      });
    }
  }
  return protocol;
}
