/** The peer with no gateway logic at all: Express 5 with http-proxy-middleware 4 and a keep-alive agent. */
import { Agent, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { z } from 'zod';
import { answerJobs } from '../harness/jobs.ts';

const BareJob = z.object({ kind: z.literal('listen'), upstream: z.string() });

answerJobs(async (message) => {
  const { upstream } = BareJob.parse(message);
  const app = express();
  app.disable('x-powered-by');
  app.use(createProxyMiddleware({ target: upstream, agent: new Agent({ keepAlive: true }) }));
  const { promise, resolve } = Promise.withResolvers<Server>();
  const server = app.listen(0, '127.0.0.1', () => resolve(server));
  server.keepAliveTimeout = 600_000;
  await promise;
  return { port: (server.address() as AddressInfo).port };
});
