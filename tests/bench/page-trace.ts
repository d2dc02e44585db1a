// How long a page computes, from the browser's own trace: the processor time of its main thread in scripts, styles and layout. The counters of the
// inspector would leave out what promises do.
import type { Browser, Page } from '@playwright/test';

/** An event of Chromium's trace, Trace Event Format: times in µs. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Processor time of the thread within it. */
  readonly tdur?: number;
}

const CATEGORIES = ['devtools.timeline', 'v8', 'blink', 'blink.user_timing'];
/** What is computing; whatever happens within one of them counts with it. */
const COMPUTING =
  /^(?:FunctionCall|v8\..*|V8\..*|EvaluateScript|RunMicrotasks|EventDispatch|TimerFire|FireAnimationFrame|FireIdleCallback|MajorGC|MinorGC|UpdateLayoutTree|Layout|HitTest|LayoutView::HitTest|Document::(?:updateStyle|recalcStyle|UpdateStyle.*|rebuildLayoutTree)|LocalFrameView::(?:performLayout|UpdateStyleAndLayout|RunStyleAndLayoutLifecyclePhases)|PageAnimator::.*|AnimationTimeline::.*)$/;

/** Begins to trace the browser; `end` returns how long the page has computed meanwhile, ms. */
export async function traceOf(browser: Browser, page: Page): Promise<{ end(): Promise<number> }> {
  const inspector = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  inspector.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await inspector.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: CATEGORIES } });
  const mark = `traced page ${Math.random()}`;
  await page.evaluate((name) => performance.mark(name), mark);
  return {
    async end() {
      const complete = new Promise((resolve) => inspector.once('Tracing.tracingComplete', resolve));
      await inspector.send('Tracing.end');
      await complete;
      await inspector.detach();
      const marked = events.find(({ name }) => name === mark);
      if (marked === undefined) throw new Error('the page is not in the trace');
      return computedMs(events.filter(({ pid, tid, ph }) => pid === marked.pid && tid === marked.tid && ph === 'X'));
    },
  };
}

/** Sums the processor time of the outermost computing events of one thread, ms. */
function computedMs(events: readonly TraceEvent[]): number {
  const ordered = [...events].sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  let untilUs = Number.NEGATIVE_INFINITY;
  let sumUs = 0;
  for (const { name, ts, dur = 0, tdur = 0 } of ordered) {
    if (ts < untilUs || !COMPUTING.test(name)) continue;
    untilUs = ts + dur;
    sumUs += tdur;
  }
  return sumUs / 1_000;
}
