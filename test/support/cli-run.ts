/** Runs command lines within the test's own process. */
import { runCli } from '../../src/cli.ts';

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function runInProcess(args: readonly string[], stdin = ''): Promise<CliRun> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCli(args, {
    out: (line) => out.push(`${line}\n`),
    err: (line) => err.push(`${line}\n`),
    stdin: (async function* () {
      yield Buffer.from(stdin);
    })(),
  });
  return { code, out: out.join(''), err: err.join('') };
}
