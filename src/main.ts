#!/usr/bin/env -S node --max-semi-space-size=16
/** The entry: refuses a Node that is too old for the rest, then hands over to the command line. */

// Nothing is imported statically: an old Node could stumble over it before this check.
const NODE_MAJOR_MIN = 24;

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
  process.stderr.write(
    `sallyport needs Node ${NODE_MAJOR_MIN} or newer, and this is ${process.versions.node}: ` +
      'run it with npm start or npx sallyport, which use the one that npm ci installed.\n',
  );
  process.exitCode = 1;
} else {
  const { runCli } = await import('./cli.ts');
  process.exitCode = await runCli(process.argv.slice(2));
}

export {};
