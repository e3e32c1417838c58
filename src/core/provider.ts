/** A model behind the gateway that the management API may ask: an upstream of the configuration. */

export interface Provider {
  /** UUID; the same for the same name. */
  readonly id: string;
  readonly name: string;
  readonly type: 'anthropic' | 'openai-compatible';
  /** Without one it cannot be asked. */
  readonly model?: string;
  /** Where its own API appears on the gateway. */
  readonly mount: string;
}

export interface ProviderAnswer {
  readonly statusCode: number;
  /** Undefined where the provider answered with an error, or with no text. */
  readonly text: string | undefined;
  /** Unix milliseconds. */
  readonly sentMs: number;
  readonly receivedMs: number;
}

export interface Providers {
  readonly list: readonly Provider[];
  /** Where a prompt names none. */
  readonly fallback: Provider | undefined;
  /**
   * Asks one provider, one text.
   * @throws ProviderError
   */
  ask(provider: Provider, text: string, signal: AbortSignal): Promise<ProviderAnswer>;
}

/** The provider could not be reached, or its answer could not be read. */
export class ProviderError extends Error {
  readonly status: number;
  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ProviderError';
    this.status = status;
  }
}
