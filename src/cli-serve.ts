/** The command `serve`: starts everything, tells where it is, and ends in order when it is asked to. */
import { writeBanner } from './cli-banner.ts';
import { reloadClients } from './cli-reload.ts';
import { releaseStartMemory } from './cli-start-memory.ts';
import type { CliStreams } from './cli-streams.ts';
import { startSallyport } from './compose.ts';
import type { LoadedConfig } from './config.ts';

/** Shells call the end by a signal 128 and its number; SIGINT is 2. */
const EXIT_AT_ONCE = 130;

/**
 * Runs until SIGTERM or SIGINT; then open exchanges finish. A second signal ends the process at once.
 * SIGHUP reads the client keys anew, but not in a terminal, whose end it is.
 * @param load reads the configuration anew
 * @returns 0 after an orderly end
 * @throws StartError
 */
export async function runServe(
  settings: LoadedConfig,
  streams: CliStreams,
  load: () => LoadedConfig,
): Promise<number> {
  const asked = Promise.withResolvers<void>();
  let signals = 0;
  const onSignal = (): void => {
    signals += 1;
    if (signals > 1) process.exit(EXIT_AT_ONCE);
    asked.resolve();
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  releaseStartMemory();
  const running = await startSallyport(settings);
  // The state after an unexpected fault is unknown: nothing more is let through.
  const onFault = (cause: unknown): void => {
    running.noteFault(cause);
    process.exit(1);
  };
  process.on('uncaughtException', onFault);
  const onHangup = (): void => reloadClients(running, settings.config, load);
  if (!process.stdout.isTTY) process.on('SIGHUP', onHangup);
  streams.out(writeBanner(settings.config, running).join('\n'));
  await asked.promise;
  await running.close();
  process.off('SIGTERM', onSignal).off('SIGINT', onSignal).off('uncaughtException', onFault);
  process.off('SIGHUP', onHangup);
  return 0;
}
