/** One thing wrong with the configuration, and how it is told: one line with its path. */

export type ConfigPath = readonly (string | number)[];

export interface ConfigIssue {
  readonly path: ConfigPath;
  /** Told instead of the path: a variable's name, a line of the file. */
  readonly place?: string;
  /** Follows the path: `must be …`. Never holds a value of the configuration. */
  readonly message: string;
}

/** Everything that is wrong with a configuration. */
export class ConfigError extends Error {
  /** One line each. */
  readonly lines: readonly string[];
  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'ConfigError';
    this.lines = lines;
  }
}

/** `gateway.upstreams[0].url`; a key that is no plain word is quoted and cut. */
export function writePath(path: ConfigPath): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (/^[A-Za-z0-9_-]{1,60}$/.test(step)) return index === 0 ? step : `.${step}`;
      return `[${JSON.stringify(step.slice(0, 60))}]`;
    })
    .join('');
}

/** `path: message`; without a path the message stands alone. */
export function writeIssue(issue: ConfigIssue): string {
  const place = issue.place ?? writePath(issue.path);
  return place === '' ? issue.message : `${place}: ${issue.message}`;
}
