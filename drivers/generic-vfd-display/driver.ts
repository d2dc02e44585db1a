// Driver of two-line customer displays with the CD5220 command set.
import { defineDriver, integerOption, openDisplay } from '../kit/index.ts';
import { CLEAR, encodeText, INITIALISE } from './frames.ts';

export default defineDriver({
  async open(context) {
    const columns = integerOption(context.options, 'columns', { min: 1 });
    return openDisplay(context, {
      columns,
      // Two lines take 50 ms at 9600 baud.
      minIntervalMs: integerOption(context.options, 'minIntervalMs', { min: 0 }),
      initialise: INITIALISE,
      clear: CLEAR,
      encode: (text) => encodeText(text, columns),
    });
  },
});
