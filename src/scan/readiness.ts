/** Remembers that the scan service is misconfigured, and asks again until it is mended (DESIGN §14). */
import type { ScanCall, ScanReply, ScanService } from '../core/scan-service.ts';

export interface ReadinessOptions {
  readonly service: ScanService;
  /** Profile that the probe names. */
  readonly profile: string;
  readonly newUuid: () => string;
  /** Called each time a profile turns red, with the note that tells how to mend it. */
  readonly onMisconfigured: (note: string) => void;
  /** How often a red service is asked again. */
  readonly probeMs?: number;
}

const PROBE_MS = 30_000;
/** Profiles come from the configuration; the bound is for what may come later. */
const PROFILES_MAX = 100;

/** The service with its readiness; traffic goes on trying while it is red. */
export interface WatchedService {
  readonly service: ScanService;
  /** Why it is not ready; undefined: it is. */
  reason(): string | undefined;
  /** Asks now; resolves when the answer is known. */
  probe(): Promise<void>;
  /** Probes at once and whenever it is red, until the returned function is called. */
  watch(): () => void;
}

/**
 * Watches every reply: `misconfigured` turns the profile that was asked for red, an answer green again. Each
 * red profile is probed, so that the traffic of one does not hide that another is unknown to the service.
 */
export function watchReadiness(options: ReadinessOptions): WatchedService {
  const { service, onMisconfigured } = options;
  const red = new Map<string, string>();
  const note = (profile: string, reply: ScanReply): ScanReply => {
    if (reply.outcome === 'answered') red.delete(profile);
    else if (reply.failure === 'misconfigured') {
      if (red.get(profile) !== reply.note) onMisconfigured(reply.note);
      if (red.size < PROFILES_MAX || red.has(profile)) red.set(profile, reply.note);
    }
    return reply;
  };
  const watched: ScanService = {
    ...service,
    scan: async (call) => note(call.request.ai_profile?.profile_name ?? '', await service.scan(call)),
  };
  const probe = async (): Promise<void> => {
    const profiles = red.size === 0 ? [options.profile] : [...red.keys()];
    await Promise.all(profiles.map((profile) => watched.scan(probeCall(profile, options.newUuid()))));
  };
  return {
    service: watched,
    reason: () => red.values().next().value,
    probe,
    watch: () => {
      void probe();
      const timer = setInterval(() => {
        if (red.size > 0) void probe();
      }, options.probeMs ?? PROBE_MS);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}

function probeCall(profile: string, uuid: string): ScanCall {
  const id = `sp_probe_${uuid}`;
  return {
    side: 'prompt',
    partial: false,
    request: {
      tr_id: id,
      transaction_id: id,
      ai_profile: { profile_name: profile },
      metadata: { app_name: 'sallyport-probe' },
      contents: [{ prompt: 'Is the scan service ready?' }],
    },
  };
}
