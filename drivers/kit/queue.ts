// One after the other: what keeps a half-duplex device to a single task at a time.

/** Returns a function that runs tasks strictly one after the other, in the order they came; a failed task does not stop the next. */
export function createQueue(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
}
