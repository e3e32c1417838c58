/** Puts the program together: the one place that chooses implementations, their order of start and of end. */
import { composeControl } from './compose-control.ts';
import { engineOf } from './compose-engine.ts';
import { clientsOf, composeGateway } from './compose-gateway.ts';
import { inlineClients } from './compose-inline.ts';
import { listenOn } from './compose-listen.ts';
import { startRecords } from './compose-records.ts';
import { startRegistry } from './compose-registry.ts';
import { createScanParts } from './compose-scan.ts';
import { composeScanApi } from './compose-scan-api.ts';
import { composeScans } from './compose-scans.ts';
import { provideToken, type Token } from './compose-tokens.ts';
import type { LoadedConfig } from './config.ts';
import type { Config } from './config-schema.ts';
import { type DemoUpstream, startDemoUpstream } from './demo/demo-upstream.ts';
import type { Gateway } from './proxy/gateway.ts';
import { createLog, type Log } from './telemetry/logger.ts';

/** The running program. */
export interface Sallyport {
  /** Base URLs, e.g. `http://127.0.0.1:8080`. */
  readonly gateway: string;
  readonly control: string;
  readonly tokens: { readonly admin: Token; readonly scanApi: Token };
  /** Ends in order: readiness red, no new exchanges, open ones finish, then everything else. */
  close(): Promise<void>;
  /** From now on these client keys are the ones. */
  replaceClients(config: Config): void;
  /** Tells the operator something in the log. */
  note(event: string, note: string): void;
  /** Logs a fault that nothing else caught, without its message, which may hold texts. */
  noteFault(cause: unknown): void;
}

const RECORDS_OFF = 'records.enabled: false: no decision is kept but its line in the log';

/** Ends what has started, last first. */
type Closer = () => Promise<void>;

/** The demo model, where an upstream is it. */
const startDemo = async ({ gateway }: Config): Promise<DemoUpstream | undefined> =>
  gateway.upstreams.some((upstream) => upstream.url === 'demo') ? startDemoUpstream() : undefined;

/**
 * Starts everything; where something fails, what had started ends again.
 * @throws StartError
 */
export async function startSallyport(
  { config, policies }: LoadedConfig,
  log: Log = createLog({ level: config.logLevel }),
): Promise<Sallyport> {
  const closers: Closer[] = [];
  const close = async (): Promise<void> => {
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) await closer();
    log.flush();
  };
  try {
    const tokens = {
      admin: provideToken('admin-token', config.control.adminToken, config.dataDir),
      scanApi: provideToken('scan-api-key', config.scanApi.key, config.dataDir),
    };
    const rules = await startRegistry(config, policies, log);
    const { live: source } = rules;
    closers.push(rules.close);
    const { records, close: closeRecords } = await startRecords(config, rules.store, log);
    closers.push(closeRecords);
    if (!config.records.enabled) log.note({ event: 'records_off', note: RECORDS_OFF });
    const engine = engineOf(config);
    engine.onJudgeFault = (note) => log.note({ event: 'judge_no_answer', note });
    closers.push(engine.close);
    const judged = engine.overThreads(source);
    const scan = createScanParts(config, judged, log);
    closers.push(scan.close);
    const asked = { service: scan.embedded, policies: judged, store: rules.store };
    const scanApi = composeScanApi({ config, key: tokens.scanApi, ...asked, log });
    closers.push(scanApi.close);
    const demo = await startDemo(config);
    if (demo) closers.push(demo.close);

    let phase: 'starting' | 'serving' | 'draining' = 'starting';
    const reasons = (): string[] => {
      if (phase !== 'serving') return [phase];
      return [scan.reason(), source.reason(), rules.secrets.reason()].filter(
        (reason) => reason !== undefined,
      );
    };
    const { routes, ...scans } = composeScans({ config, rules, records, demo: demo?.url });
    closers.push(scans.close);
    const own = { config, tokens, rules, routes, scanApi };
    const control = await composeControl({ ...own, reasons, log });
    const controlUrl = await listenOn(control, 'control', config.control);
    closers.push(control.close);
    const gateway = composeGateway({
      config,
      service: scan.traffic,
      policies: judged,
      records,
      inlineClient: inlineClients(control.find, rules),
      demo: demo?.url,
      secretOf: rules.secrets.valueOf,
      log,
    });
    const gatewayUrl = await listenOn(gateway, 'gateway', config.gateway);
    closers.push(() => gateway.close());
    closers.push(async () => {
      phase = 'draining';
      log.info('draining', { open_exchanges: gateway.openExchanges });
    });
    phase = 'serving';
    log.info('ready', { gateway: gatewayUrl, control: controlUrl, service: scan.traffic.name });
    return { gateway: gatewayUrl, control: controlUrl, tokens, close, ...operating(gateway, log) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What an operator does to the running program. */
function operating(gateway: Gateway, log: Log): Pick<Sallyport, 'replaceClients' | 'note' | 'noteFault'> {
  return {
    replaceClients(config) {
      gateway.replaceClients(clientsOf(config));
      log.info('clients_replaced', { clients: config.gateway.clients.length });
    },
    note: (event, note) => log.note({ event, note }),
    noteFault(cause) {
      log.fault('uncaught', cause);
      log.flush();
    },
  };
}
