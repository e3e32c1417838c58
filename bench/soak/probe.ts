/** Loaded into the program under test: tells its memory, sockets and timers when it is asked. */

process.on('message', (message) => {
  if (message !== 'probe') return;
  // Twice: what finalizers let go of is gone only then.
  globalThis.gc?.();
  globalThis.gc?.();
  const resources = process.getActiveResourcesInfo();
  const count = (pattern: RegExp): number => resources.filter((name) => pattern.test(name)).length;
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({
    rssBytes: rss,
    heapBytes: heapUsed + external,
    sockets: count(/^(?:TCP|TTY|Pipe)(?:Socket|)Wrap$/),
    timers: count(/^Timeout$/),
  });
});
// Nothing of the probe keeps the program running.
process.channel?.unref();
