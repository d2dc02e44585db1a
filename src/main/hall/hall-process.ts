// Entry of the hall process: the simulated devices run apart from the core and from the device process, as real ones do.
import { systemTimers } from '../../../drivers/kit/transport.ts';
import { channelToParent } from '../processes/channel.ts';
import { createHallServer } from './hall-server.ts';

const channel = channelToParent();
const server = createHallServer({ channel, timers: systemTimers, platform: process.platform });
channel.onClose(() => void server.stop().finally(() => process.exit(0)));
