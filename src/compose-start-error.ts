/** Why the program cannot start: one line for the operator, naming the setting that mends it. */

export class StartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartError';
  }
}
