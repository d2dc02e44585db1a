// Entry of the device process. A crash or a hang in here never stops the core.
import { systemTimers } from '../../../drivers/kit/transport.ts';
import { channelToParent } from '../processes/channel.ts';
import { createDeviceServer } from './server.ts';

const channel = channelToParent();
createDeviceServer({ channel, timers: systemTimers, ended: () => process.exit(0) });
// Without its core nobody could use the devices, and the lines must be free for the next one.
channel.onClose(() => process.exit(0));
