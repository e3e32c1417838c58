/** Real reverse proxies in front of a gateway, where they are installed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { openSocket } from './open-socket.ts';

export interface FrontProxy {
  readonly port: number;
  close(): Promise<void>;
}

interface Kind {
  readonly program: string;
  readonly args: (file: string, directory: string) => readonly string[];
  readonly config: (port: number, gatewayPort: number, directory: string) => string;
}

export const FRONT_PROXIES: Readonly<Record<'nginx' | 'haproxy', Kind>> = {
  nginx: {
    program: 'nginx',
    args: (file, directory) => ['-c', file, '-p', directory, '-e', join(directory, 'error.log')],
    config: (port, gatewayPort, directory) => `
      daemon off;
      master_process off;
      pid ${directory}/pid;
      events { worker_connections 256; }
      http {
        access_log off;
        client_body_temp_path ${directory}/body;
        proxy_temp_path ${directory}/proxy;
        fastcgi_temp_path ${directory}/fastcgi;
        uwsgi_temp_path ${directory}/uwsgi;
        scgi_temp_path ${directory}/scgi;
        server {
          listen 127.0.0.1:${port};
          location / { proxy_pass http://127.0.0.1:${gatewayPort}; proxy_http_version 1.1; }
        }
      }`,
  },
  haproxy: {
    program: 'haproxy',
    args: (file) => ['-db', '-f', file],
    config: (port, gatewayPort) => `
global
  maxconn 256
defaults
  mode http
  timeout connect 2s
  timeout client 5s
  timeout server 5s
frontend front
  bind 127.0.0.1:${port}
  default_backend gateway
backend gateway
  http-reuse always
  server one 127.0.0.1:${gatewayPort}
`,
  },
};

export function isInstalled(program: string): boolean {
  return spawnSync(program, ['-v'], { stdio: 'ignore' }).error === undefined;
}

const listens = async (port: number, child: ChildProcess): Promise<void> => {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the proxy ended with ${child.exitCode}`);
    try {
      (await openSocket(port)).close();
      return;
    } catch {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
};

/** Starts one on a free port; it lives in a directory of its own that goes with it. */
export async function startFrontProxy(
  name: keyof typeof FRONT_PROXIES,
  gatewayPort: number,
): Promise<FrontProxy> {
  const kind = FRONT_PROXIES[name];
  const directory = mkdtempSync(join(tmpdir(), `sallyport-${name}-`));
  const port = await freePort();
  const file = join(directory, 'config');
  writeFileSync(file, kind.config(port, gatewayPort, directory));
  const child = spawn(kind.program, kind.args(file, directory), { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await listens(port, child);
  return {
    port,
    async close() {
      child.kill('SIGKILL');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
