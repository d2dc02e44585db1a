// Driver of two-line customer displays with the ESC/POS (DM-D) command set.
import { defineDriver, integerOption, openDisplay } from '../kit/index.ts';
import { CLEAR, encodeText, INITIALISE } from './frames.ts';

export default defineDriver({
  async open(context) {
    const columns = integerOption(context.options, 'columns', { min: 1 });
    return openDisplay(context, {
      columns,
      // Two lines take 55 ms at 9600 baud.
      minIntervalMs: integerOption(context.options, 'minIntervalMs', { min: 0 }),
      initialise: INITIALISE,
      clear: CLEAR,
      encode: (text) => encodeText(text, columns),
    });
  },
});
