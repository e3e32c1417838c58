/** Asks a path of the control plane and ends with 0 where it answers 200; for container and sidecar probes. */
import { get } from 'node:http';

const path = process.argv[2] ?? '/healthz';
const host = process.env.SALLYPORT_CONTROL_HOST ?? '127.0.0.1';
const port = process.env.SALLYPORT_CONTROL_PORT ?? '8081';
const TIMEOUT_MS = 3_000;

// A listener on all addresses is asked on the loopback one.
const address = host === '' || host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;

get({ host: address, port: port === '' ? '8081' : port, path, timeout: TIMEOUT_MS }, (response) => {
  response.resume();
  process.exitCode = response.statusCode === 200 ? 0 : 1;
})
  .on('timeout', (request) => request?.destroy())
  .on('error', () => {
    process.exitCode = 1;
  });
