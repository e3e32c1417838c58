/** The description of the scan API as an OpenAPI document, generated from the schemas. */
import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { scanRequestSchema } from '../core/scan-wire.ts';
import {
  errorSchema,
  limitSchema,
  receiptSchema,
  reportRowSchema,
  resultRowSchema,
  scanAnswerSchema,
} from './answer-schemas.ts';

export type ApiDocument = ReturnType<OpenApiGeneratorV31['generateDocument']>;

const REQUEST = scanRequestSchema.meta({
  id: 'ScanRequest',
  description:
    'Only the last element of contents is judged. Unknown keys, and nulls for optional fields, are accepted.',
});
const BATCH = z
  .array(z.looseObject({ req_id: z.int().min(0).max(4_294_967_295), scan_req: REQUEST }))
  .min(1)
  .max(25)
  .meta({ id: 'AsyncScanRequest' });

const ids = (what: string) => z.string().describe(`Up to five ${what}, divided by commas (raw or as %2C)`);

interface Operation {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly request: RouteConfig['request'] & object;
  readonly answer: z.ZodType;
}

const json = (schema: z.ZodType) => ({ 'application/json': { schema } });
const bodyOf = (schema: z.ZodType) => ({
  headers: z.object({
    'x-payload-hash': z
      .string()
      .optional()
      .describe('HMAC-SHA256 of the body in hex, keyed by the API key or the whole bearer'),
  }),
  body: { required: true, content: json(schema) },
});

const OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/scan/sync/request',
    summary: 'Scan now',
    description: 'Judges one request, up to 2 MB, within the time of its profile.',
    request: bodyOf(REQUEST),
    answer: scanAnswerSchema,
  },
  {
    method: 'post',
    path: '/v1/scan/async/request',
    summary: 'Scan a batch',
    description: 'Takes 1 to 25 requests, up to 5 MB, and answers with a receipt; all share one scan id.',
    request: bodyOf(BATCH),
    answer: receiptSchema,
  },
  {
    method: 'get',
    path: '/v1/scan/results',
    summary: 'Fetch verdicts',
    description: 'One row for each request of a scan, in any order. Ids that are not known have none.',
    request: { query: z.object({ scan_ids: ids('scan ids') }) },
    answer: z.array(resultRowSchema),
  },
  {
    method: 'get',
    path: '/v1/scan/reports',
    summary: 'Fetch reports',
    description: 'What each enabled detector found on each side of each request. What is pending has none.',
    request: { query: z.object({ report_ids: ids('report ids') }) },
    answer: z.array(reportRowSchema),
  },
];

const REFUSALS: readonly (readonly [string, string, z.ZodType])[] = [
  ['400', 'The request is malformed, or its profile is not known', errorSchema],
  ['401', 'No key was sent', errorSchema],
  ['403', 'A key is wrong, or with strict payload hashes the hash is', errorSchema],
  ['405', 'The method is not allowed', errorSchema],
  ['413', 'The body is too large', errorSchema],
  ['415', 'The body is not application/json', errorSchema],
  ['429', 'Too much is asked at once', limitSchema],
  ['503', 'Results cannot be kept or read at the moment', errorSchema],
];

/** Both say the same; where both are sent, both must be right. */
const SECURITY = [{ token: [] }, { bearer: [] }];

/** @param version of the program */
export function describeApi(version: string): ApiDocument {
  const registry = new OpenAPIRegistry();
  const scheme = registry.registerComponent.bind(registry);
  scheme('securitySchemes', 'token', { type: 'apiKey', in: 'header', name: 'x-pan-token' });
  scheme('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  for (const { answer, ...operation } of OPERATIONS) {
    const refusals = REFUSALS.filter(([status]) => operation.method === 'post' || !BODY_ONLY.has(status));
    registry.registerPath({
      ...operation,
      tags: ['scan'],
      security: SECURITY,
      responses: {
        200: { description: 'OK', content: json(answer) },
        ...Object.fromEntries(
          refusals.map(([status, description, schema]) => [status, { description, content: json(schema) }]),
        ),
      },
    });
  }
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Sallyport scan API',
      version,
      description: 'The scan API of Prisma AIRS, answered by the embedded engine. See docs/scan-api.md.',
    },
  });
}

const BODY_ONLY: ReadonlySet<string> = new Set(['413', '415']);
