// Loaded before a program that memory.bench.ts watches (`--import`, with --expose-gc): tells its heap after a collection whenever it is asked.
process.on('message', (message) => {
  if (message !== 'memory') return;
  globalThis.gc?.();
  process.send?.({ heapBytes: process.memoryUsage().heapUsed, residentBytes: process.memoryUsage.rss() });
});
// The channel alone keeps nothing alive.
process.channel?.unref();
