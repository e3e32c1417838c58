/** Reads an upstream's event stream into events, each with exactly one JSON document (THREATS §2.4). */
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { GatewayError } from '../core/errors.ts';
import { type JsonLimits, memberOf, readJson } from '../core/json.ts';
import type { StreamEvent } from '../core/sse.ts';

/** The end mark of OpenAI-shaped streams; not JSON. */
const END_MARK = '[DONE]';
/** An `event:` field that is passed on: it is not scanned, so it can be a plain word only. */
const EVENT_NAME = /^[A-Za-z_][A-Za-z_.-]{0,63}$/;

export interface Frames {
  /** Events that are whole with these bytes, up to a fault. */
  readonly events: readonly StreamEvent[];
  /** The stream cannot be read on. */
  readonly fault?: GatewayError;
}

export interface FrameReader {
  push(bytes: Uint8Array): Frames;
  /** True where the body ended between events; an unterminated last event is dropped (WHATWG HTML §9.2.6). */
  end(): boolean;
}

/**
 * One streaming decoder per answer, so that characters split over chunks are whole, and bytes that are no
 * UTF-8 end the stream. Comments, `id:` and `retry:` are dropped.
 */
export function createFrameReader(limits: {
  readonly eventChars: number;
  readonly json: JsonLimits;
  /** A text that no event may hold: the key that the gateway shows the upstream. */
  readonly withheld?: string | undefined;
  /** Tells texts that no event with an upstream's error may hold. */
  readonly withheldInErrors?: (text: string) => boolean;
}): FrameReader {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let events: StreamEvent[] = [];
  let fault: GatewayError | undefined;
  const parser = createParser({
    maxBufferSize: limits.eventChars,
    onEvent(message) {
      if (fault) return;
      // The parser counts what it buffers; an event that came in one chunk is counted here.
      if (message.data.length > limits.eventChars) fault = new GatewayError('upstream_too_large');
      else if (limits.withheld && message.data.includes(limits.withheld))
        fault = new GatewayError('upstream_invalid');
      else take(message);
    },
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded') fault ??= new GatewayError('upstream_too_large');
    },
  });
  const take = (message: EventSourceMessage): void => {
    try {
      const event = toEvent(message, limits.json);
      if (isError(event) && limits.withheldInErrors?.(event.data)) fault = new GatewayError('upstream_error');
      else events.push(event);
    } catch (cause) {
      fault = new GatewayError('upstream_invalid', { cause });
    }
  };

  return {
    push(bytes) {
      events = [];
      try {
        const text = decoder.decode(bytes, { stream: true });
        if (text !== '' && !fault) parser.feed(text);
      } catch (cause) {
        fault ??= new GatewayError('upstream_invalid', { cause });
      }
      return fault ? { events, fault } : { events };
    },
    end() {
      events = [];
      try {
        // Whatever these line ends complete was not complete in the body.
        parser.feed(`${decoder.decode()}\n\n\n`);
      } catch {
        return false;
      }
      return events.length === 0 && fault === undefined;
    },
  };
}

const isError = (event: StreamEvent): boolean => {
  const error = memberOf(event.json, 'error');
  return error !== undefined && error.type !== 'literal';
};

/** @throws JsonError */
const toEvent = (message: EventSourceMessage, limits: JsonLimits): StreamEvent => {
  const name = message.event !== undefined && EVENT_NAME.test(message.event) ? { name: message.event } : {};
  if (message.data === END_MARK) return { ...name, data: message.data };
  return { ...name, data: message.data, json: readJson(message.data, limits) };
};
