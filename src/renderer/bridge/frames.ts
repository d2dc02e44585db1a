// What the core tells comes in bursts, and a screen shows one picture per frame: all that arrives between two frames is drawn once.

const waiting = new Set<() => void>();

/** In a window that nobody sees there are no frames; what must be done is done all the same, after so long, ms. */
const UNSEEN_MS = 50;

function run(): void {
  const now = [...waiting];
  waiting.clear();
  for (const task of now) task();
}

/** Runs the task before the next frame is drawn, with everything else that waits for it; the same task once, however often it is asked for. */
export function inNextFrame(task: () => void): void {
  waiting.add(task);
  if (waiting.size > 1) return;
  const late = setTimeout(() => {
    cancelAnimationFrame(frame);
    run();
  }, UNSEEN_MS);
  const frame = requestAnimationFrame(() => {
    clearTimeout(late);
    run();
  });
}
