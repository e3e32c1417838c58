/** Refusals of the management API in its own shape (contract §1): a text, or what is invalid where. */

/** One invalid value. `loc` begins with `body`, `query` or `path`. */
export interface Issue {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

export class ApiError extends Error {
  readonly status: number;
  readonly detail: string | readonly Issue[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    detail: string | readonly Issue[],
    headers: Readonly<Record<string, string>> = {},
    options?: ErrorOptions,
  ) {
    super(typeof detail === 'string' ? detail : 'invalid', options);
    this.name = 'ApiError';
    this.status = status;
    this.detail = detail;
    this.headers = headers;
  }
}

export const invalidAt = (loc: Issue['loc'], msg: string, type = 'value_error'): ApiError =>
  new ApiError(422, [{ loc, msg, type }]);
export const notFound = (what: string): ApiError => new ApiError(404, `${what} not found`);
export const forbidden = (detail = 'Not enough permissions'): ApiError => new ApiError(403, detail);
