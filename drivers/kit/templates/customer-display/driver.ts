// Driver of vendor-model: the newest text, in the device's commands.
import { defineDriver, integerOption, openDisplay } from '../../index.ts';
import { CLEAR, encodeText, INITIALISE } from './frames.ts';

export default defineDriver({
  async open(context) {
    const columns = integerOption(context.options, 'columns', { min: 1 });
    return openDisplay(context, {
      columns,
      minIntervalMs: integerOption(context.options, 'minIntervalMs', { min: 0 }),
      initialise: INITIALISE,
      clear: CLEAR,
      encode: (text) => encodeText(text, columns),
    });
  },
});
