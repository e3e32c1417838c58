/** Reads a body by a zod schema; what is wrong is told with its place, never with its text. */
import type { z } from 'zod';
import { ApiError } from './api-error.ts';

/** Unknown fields are ignored by the schemas themselves. @throws ApiError 422 */
export function readFields<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  throw new ApiError(
    422,
    result.error.issues.map((issue) => ({
      loc: ['body', ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))],
      msg: issue.message,
      type: issue.code,
    })),
  );
}
