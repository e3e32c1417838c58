/** What the chat protocols have in common: a body with messages, one of which begins the newest turn. */
import { type JsonNode, type JsonObject, memberOf, stringOf } from '../core/json.ts';
import { BodyWalk } from './body-walk.ts';
import { type RequestReading, type ResponseReading, ShapeError } from './protocol.ts';
import type { Shape } from './shape.ts';

const USER_CHARS_MAX = 100;

/** What an assistant message has without saying anything. */
const SILENT_FIELDS: ReadonlySet<string> = new Set(['role', 'id', 'name']);

/** Reads a request whose conversation is `messages`. @throws ShapeError */
export function readConversation(body: JsonNode, shape: Shape): RequestReading {
  if (body.type !== 'object') throw new ShapeError('body', 'an object');
  const messages = memberOf(body, 'messages');
  if (messages?.type !== 'array') throw new ShapeError('messages', 'an array');
  messages.items.forEach((message, at) => {
    if (message.type !== 'object') throw new ShapeError(`messages[${at}]`, 'an object');
  });
  const walk = new BodyWalk({ side: 'request', newestFrom: newestFrom(messages.items) });
  walk.walk(body, shape, '');
  const model = stringOf(memberOf(body, 'model'));
  const user = userOf(body);
  return {
    parts: walk.parts,
    binaries: walk.binaries,
    upstreamState: walk.states,
    stream: readStreamFlag(body),
    ...(model === undefined ? {} : { model }),
    ...(user === undefined ? {} : { user }),
  };
}

/** Reads a response or an error body of any form. */
export function readAnswer(body: JsonNode, shape: Shape): ResponseReading {
  const walk = new BodyWalk({ side: 'response' });
  walk.walk(body, shape, '');
  return { parts: walk.parts, binaries: walk.binaries };
}

/**
 * Index of the first message of the newest turn: the one after the last assistant message that a message of
 * another role follows. A trailing assistant message (a prefill) belongs to the turn it ends, and one that
 * says nothing begins no turn: neither makes what the user just said an earlier message.
 */
export function newestFrom(messages: readonly JsonNode[]): number {
  let followed = false;
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const message = messages[at];
    if (stringOf(memberOf(message, 'role')) !== 'assistant') followed = true;
    else if (followed && speaks(message)) return at + 1;
  }
  return 0;
}

function speaks(message: JsonNode | undefined): boolean {
  if (message?.type !== 'object') return false;
  return message.members.some(({ key, value }) => !SILENT_FIELDS.has(key.value) && saysSomething(value));
}

function saysSomething(node: JsonNode | undefined): boolean {
  if (node?.type === 'string') return node.value.trim() !== '';
  if (node?.type === 'array') return node.items.some(saysSomething);
  if (node?.type !== 'object') return false;
  return node.members.some(({ key, value }) => key.value !== 'type' && saysSomething(value));
}

/** `stream` of the request; only true, false and null are understood the same by every upstream. */
function readStreamFlag(body: JsonObject): boolean {
  const stream = memberOf(body, 'stream');
  if (stream === undefined) return false;
  if (stream.type !== 'literal') throw new ShapeError('stream', 'a boolean');
  return stream.value === true;
}

/** The end user as the body names it. */
export function userOf(body: JsonNode): string | undefined {
  const user =
    stringOf(memberOf(body, 'user')) ??
    stringOf(memberOf(memberOf(body, 'metadata'), 'user_id')) ??
    stringOf(memberOf(body, 'safety_identifier'));
  return user === undefined || user === '' ? undefined : user.slice(0, USER_CHARS_MAX);
}
