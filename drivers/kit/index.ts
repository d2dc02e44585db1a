// The public surface for drivers and card layouts: everything a driver folder may import.

export type { AccessOf, CardAccess, CpuCardFile } from '../../src/shared/domain/card-access.ts';
export {
  applyWrites,
  type ByteRange,
  type CardWrite,
  diffImages,
  fromHex,
  type ImageVerdict,
  judgeImage,
  pscAttemptsLeft,
  sameBytes,
  toHex,
} from '../../src/shared/domain/card-image.ts';
export type {
  CardContent,
  CardIdentity,
  CardLayout,
  CardPurchase,
  CardReading,
  MeterReturn,
} from '../../src/shared/domain/card-layout.ts';
export { crc16Xmodem } from '../../src/shared/domain/crc.ts';
export { asFault, Fault, type FaultCode, type FaultData } from '../../src/shared/domain/fault.ts';
export { bcdOfDigits, clockOfDigits, digitsOfBcd } from './bcd.ts';
export { type CardPresence, type MemoryCardReader, requireSpan } from './card-reader.ts';
export {
  type CardWork,
  createCardSlots,
  createMemoryCardSlots,
  createSimulatedSle4442,
  memoryReaderView,
  type SimulatedChipCard,
  type SimulatedCpuCard,
  type SimulatedEeprom,
  type SimulatedMifare,
  type SimulatedSle4442,
  type SimulatedSlots,
  type SlotWork,
} from './cards/index.ts';
export type { CashDrawer } from './cash-drawer.ts';
export type {
  ApduAccess,
  CardChip,
  CardIdentification,
  ChipReader,
  EepromAccess,
  MifareAccess,
  Sle4442Access,
} from './chip-reader.ts';
export type { CustomerDisplay, CustomerText } from './customer-display.ts';
export { createDeviceEnd, createDeviceWork, type DeviceEnd, type DeviceWork } from './device-end.ts';
export { lineBytes } from './display-columns.ts';
export { type DisplayCommands, openDisplay } from './display-session.ts';
export {
  decodeStatus,
  isDrawerPinHigh,
  isStatusByte,
  isStopped,
  ONE_WAY_STATUS,
  printerTrouble,
  STATUS_KINDS,
  type StatusKind,
  statusRequest,
} from './dle-eot.ts';
export { accountReceiving, accountSending, type ReceivingNotes, type SendingNotes } from './dock-accounts.ts';
export { createDockDevice, type DockActions, type RunningDockControl } from './dock-device.ts';
export { identifyFile, includesFile, requireSendableFiles } from './dock-files.ts';
export { createSimulatedHandheld, type HandheldKey } from './dock-simulator.ts';
export { type Driver, type DriverContext, defineDriver, type OpenDevice } from './driver.ts';
export { isPlainFileName } from './file-name.ts';
export type { DropFolder } from './folder.ts';
export {
  encodeFormText,
  type FormSteps,
  fieldWidthTenthMm,
  gridFields,
  isHalfWidth,
  type PlacedField,
  type PlacedForm,
  placeFields,
} from './form-layout.ts';
export type { FormField, FormJob, FormOffset, FormPrinter, FormSize } from './form-printer.ts';
export {
  CCID,
  CCID_ERROR,
  type CcidMessage,
  type CcidStatus,
  ccidStatusBytes,
  ccidStatusOf,
  createCcidFramer,
  decodeCcid,
  decodeNotify,
  encodeCcid,
  encodeNotify,
  type IccState,
} from './framing/ccid.ts';
export { createDelimiterFramer, type DelimiterFormat } from './framing/delimiter-frame.ts';
export { createExchangeLine, type ExchangeLine, type ExchangeLineOptions, type ExchangeRequest } from './framing/exchange.ts';
export {
  createFixedFramer,
  type FixedFrameFormat,
  type FixedFramer,
  type FrameEvent,
  hasGoodSum16,
  sum8,
  sum16,
  withSum16,
  xorOf,
} from './framing/fixed-frame.ts';
export { createLengthFramer, type LengthFormat } from './framing/length-frame.ts';
export { maskDamaged } from './framing/mask-damaged.ts';
export { createScanFramer, type ScanFrameFormat } from './framing/scan-frame.ts';
export { createSequence } from './framing/sequence.ts';
export { createSilenceFramer } from './framing/silence-frame.ts';
export { createSlipFramer, encodeSlip } from './framing/slip-frame.ts';
export { createStxFramer, ENQ, encodeStxFrame, STX, textOfStxFrame } from './framing/stx-frame.ts';
export {
  ACK,
  type BatchHeader,
  type BlockBytes,
  blockLength,
  CAN,
  decodeBatchHeader,
  decodeBlock,
  EOT,
  encodeBatchEnd,
  encodeBatchHeader,
  encodeBlock,
  NAK,
  nextBlockBytes,
  PADDING,
  START_CRC,
} from './framing/xmodem.ts';
export {
  decodeGasCard,
  emptyGasCard,
  encodeGasCard,
  GAS_CARD_IMAGE_BYTES,
  GAS_CARD_METER_RANGE,
  type GasCardImage,
} from './gas-card-image.ts';
export type { GasCardCheck, GasCardFields, GasCardLibrary } from './gas-card-library.ts';
export { type KeypadCommand, type KeypadMessage, type KeypadProtocol, openKeypad } from './keypad-session.ts';
export { createSimulatedKeypad, type KeypadSimulatorProtocol } from './keypad-simulator.ts';
export { createRecordLayout, type RecordLayoutOptions } from './layouts/layout.ts';
export { createRecordMeter, type Meter, type MeterCard, type MeterOptions, type MeterResult, type MeterState } from './layouts/meter.ts';
export { encodeMeterReturn, METER_RETURN_BYTES, PURCHASE_BYTES, RETURN_TAG, type RecordMap } from './layouts/records.ts';
export { repeatOnLineFault } from './line-faults.ts';
export { type DriverManifest, type Manifest, manifestSchema } from './manifest.ts';
export { inWords, type JoinedMeaning, type Meaning, type MeaningValue, type SaidMeaning, say, sayAll } from './meaning.ts';
export type {
  DockControl,
  DockFile,
  DockFileIdentity,
  DockProgress,
  DockReadiness,
  DockReceivedFile,
  DockReceiveResult,
  DockSendResult,
  DockSentFile,
  MeterDock,
} from './meter-dock.ts';
export { collideAnswers, createMeterLineSimulator } from './meter-line-simulator.ts';
export { type MeterAsk, openMeterHead } from './meter-session.ts';
export { booleanOption, integerOption, textOption } from './options.ts';
export { createQueue } from './queue.ts';
export type { MeterFlag, MeterReading, MeterRegister, MeterTotal, ReadingHead } from './reading-head.ts';
export type { PrinterStatus, PrintJob, PrintResult, ReceiptPrinter } from './receipt-printer.ts';
export type { RatingQuestion, SatisfactionKeypad } from './satisfaction-keypad.ts';
export type { ScannedCode, Scanner } from './scanner.ts';
export type {
  CardReaderSimulatorOptions,
  PrintedText,
  SimulatedCard,
  SimulatedCardReader,
  SimulatedCashDrawer,
  SimulatedChipReader,
  SimulatedFolderDock,
  SimulatedFormPrinter,
  SimulatedMeter,
  SimulatedMeterDock,
  SimulatedMeterLine,
  SimulatedReceiptPrinter,
  SimulatorModule,
} from './simulator.ts';
export { createStatusLine, type StatusLine, type StatusLineOptions } from './status-line.ts';
export { describeStream } from './stream-note.ts';
export {
  formatTranscript,
  parseTranscript,
  playTranscript,
  recordTranscript,
  type Transcript,
  type TranscriptFrame,
  type TranscriptHeader,
  type TranscriptPlayer,
  type TranscriptRecorder,
} from './transcript.ts';
export { systemTimers, type Timers, type Transport } from './transport.ts';
