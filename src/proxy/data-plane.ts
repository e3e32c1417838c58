/** Puts the parts of the data plane together from its options. */

import { GatewayError } from '../core/errors.ts';
import { FairTurns } from '../http/fair-turns.ts';
import { Admission } from './admission.ts';
import { createClientGate } from './clients.ts';
import { createAddressOf } from './context.ts';
import { createEdgeCheck } from './edge.ts';
import type { DataPlane, UpstreamLegs } from './exchange.ts';
import { createRecorder } from './exchange-recorder.ts';
import { createForwarder } from './forward.ts';
import { inlineMounts } from './inline-mounts.ts';
import type { FindInlineClient, GatewayOptions, UpstreamOptions } from './options.ts';
import { Pace } from './pace.ts';
import { createPassThrough } from './pass-through.ts';
import { createHeaderBuilder } from './request-headers.ts';
import { createRouteTable, type RouteTable } from './routes.ts';
import { StreamLoad } from './stream-load.ts';

/** The answer to a block waits no longer. */
const BLOCK_WAIT_MS_MAX = 2_000;
/** How long exchanges work in one turn of the event loop before others have theirs. */
const TURN_MS = 20;
const STREAM_KEEP_ALIVE_MS = 10_000;
/** A stream's reading pauses above this while a scan is under way. */
const HELD_CHARS_MAX = 262_144;

/** @throws TypeError for a client key or a proxy address that is none */
export function createDataPlane(options: GatewayOptions): DataPlane {
  const { limits, timeouts, protocols, clock } = options;
  const gate = createClientGate(options.clients, protocols, clock.monotonicMs, limits.failedKeysPerMinute);
  const ofRequests = { depthMax: limits.jsonDepth, keysMax: limits.jsonKeys, itemsMax: limits.jsonItems };
  const ofAnswers = {
    depthMax: limits.jsonDepth,
    keysMax: limits.answerJsonKeys,
    itemsMax: limits.answerJsonItems,
  };
  const legs = new Map<UpstreamOptions, UpstreamLegs>();
  const inlineLegs = new Map<UpstreamOptions, UpstreamLegs>();
  for (const upstream of options.upstreams) {
    const own: UpstreamLegs = {
      forwarder: createForwarder(upstream.url, timeouts),
      passThrough: createPassThrough(upstream.url, timeouts),
      headers: createHeaderBuilder(protocols, gate, upstream.apiKey !== undefined),
    };
    legs.set(upstream, own);
    inlineLegs.set(upstream, { ...own, headers: createHeaderBuilder(protocols, gate, true) });
  }
  const routes = createRouteTable(options);
  return {
    checkEdge: createEdgeCheck(protocols, limits),
    routes,
    inlineLegs,
    ...inlineOf(options, routes),
    gate,
    streamLoad: new StreamLoad(),
    turns: new FairTurns(TURN_MS, () => performance.now()),
    admission: new Admission({ ...limits, waitMs: timeouts.waitMs }),
    legs,
    inspector: options.inspector,
    addressOf: createAddressOf(options.trustedProxies),
    profile: options.profile,
    policyOf: options.policyOf ?? (() => undefined),
    recorder: createRecorder(options.records, clock),
    onBlock: options.onBlock,
    receiveLimits: {
      bodyBytes: limits.bodyBytes,
      decodedRatio: limits.decodedRatio,
      requestBodyMs: timeouts.requestBodyMs,
      json: ofRequests,
    },
    responseBytes: limits.responseBytes,
    decodedRatio: limits.decodedRatio,
    json: ofAnswers,
    heldCharsMax: HELD_CHARS_MAX,
    keepAliveMs: STREAM_KEEP_ALIVE_MS,
    clientIdleMs: timeouts.clientIdleMs,
    clock,
    blockPace: new Pace({ perMinute: limits.blocksPerMinute, waitMsMax: BLOCK_WAIT_MS_MAX }),
  };
}

type InlineParts = Pick<DataPlane, 'inlineMountOf' | 'inlineClient'>;

/** A route of the operator's mounts goes before an inline path that looks the same. */
function inlineOf({ inlineClient, upstreams, protocols }: GatewayOptions, routes: RouteTable): InlineParts {
  if (inlineClient === undefined) return { inlineMountOf: () => undefined, inlineClient: nobody };
  const mounts = Map.groupBy(inlineMounts(upstreams, protocols), (mount) => mount.prefix);
  return {
    inlineMountOf(path) {
      const prefix = /^\/[^/]+\/[^/]+(?=\/)/.exec(path)?.[0];
      const found = prefix === undefined ? undefined : mounts.get(prefix);
      // Several protocols may share a prefix; a path of none of them is answered as the first one does.
      const mount = found?.find((it) => it.knows(path)) ?? found?.[0];
      return mount === undefined || routes.isMounted(path) ? undefined : mount;
    },
    inlineClient,
  };
}

const nobody: FindInlineClient = () => Promise.reject(new GatewayError('key_required'));
