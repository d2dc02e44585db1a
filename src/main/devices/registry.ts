// Where hosts and the device process look for drivers and card layouts.
export { type DriverEntry, type DriverRegistry, loadLayouts, scanDrivers } from '../processes/driver-registry.ts';
