// Wording of every fault in English: what happened, and what to do next.
import type { FaultText, FaultTexts } from './faults.zh-CN.ts';

function say(title: string, next: string, detail = ''): FaultText {
  return { title, next, detail };
}

export const faultsEn = {
  LINE_LOST: say(
    'The line to the counter program broke before an answer came',
    'Press again once the line is back: the same number is asked for again, nothing is charged twice.',
  ),

  INPUT_INVALID: say('Something entered is not acceptable', 'Check the marked field and try again.', 'Field: {{field}}'),
  CALL_TOO_LARGE: say('Too much was sent at once', 'Shorten the input and try again.'),
  CALL_UNKNOWN: say('This version does not have that function', 'Reload the window; if it stays, call IT.'),
  SENDER_REFUSED: say('This window may not talk to the counter program', 'Close it and open the address that was printed at the start.'),
  SESSION_REQUIRED: say('Nobody is signed in', 'Sign in first.'),
  SESSION_EXPIRED: say('The sign-in has expired', 'Sign in again; money taken and open work are kept.'),
  ROLE_DENIED: say('Your role may not do this', 'Ask a colleague who may.'),
  CREDENTIALS_WRONG: say('Staff number or password is wrong', 'Check capital letters and enter it again.'),
  SIGN_IN_LOCKED: say('Too many wrong sign-ins, locked for a while', 'Try later or ask a supervisor.', 'Try again in {{seconds}} s.'),
  SUPERVISOR_REQUIRED: say('This needs a supervisor', 'Ask a supervisor to sign in here.'),
  INTERNAL: say('The counter program failed inside', 'Do not charge again; look at the open work on the home screen and tell IT the time.'),

  SHIFT_REQUIRED: say('No shift is open', 'Open a shift with its float on the home screen first.'),
  SHIFT_ALREADY_OPEN: say('You have an open shift already', 'Go on working in it.'),
  ACCOUNT_UNKNOWN: say('There is no such account', 'Check the number and search again.'),
  ACCOUNT_NOT_ACTIVE: say('The account is suspended or closed', 'Restore supply first, or check that it is the right account.'),
  ACCOUNT_CHANGED: say(
    'The account has been changed since it was opened here',
    'Look at the account as it is now and do the change again if it is still right. Nothing was saved.',
  ),
  ACCOUNT_HAS_NO_CARD: say('The account has no IC card', 'Issue a card first.'),

  CARD_ABSENT: say('No card in the reader', "Insert the customer's card, chip up, all the way.", 'Slot {{slot}}'),
  CARD_DAMAGED: say(
    'The card cannot be read: damaged or upside down',
    'Wipe the chip and insert it again; if it stays, replace the card.',
    'Slot {{slot}}',
  ),
  CARD_BLANK: say('This is a blank card', "Ask for the customer's own card; for a new account issue one first."),
  CARD_OTHER_REGION: say(
    'A card of another region, which may not be written here',
    'Send the customer to the company that issued it.',
    'Region on the card: {{regionCode}}',
  ),
  CARD_OTHER_LAYOUT: say(
    'The card has another format than the one registered',
    'Check the meter make; after a meter exchange replace the card.',
  ),
  CARD_LOCKED: say('The card is locked for ever', 'Keep the card and issue a replacement.'),
  CARD_LAST_ATTEMPT: say(
    'One password attempt left on this card',
    'Do not keep trying: a supervisor checks and approves, or the card is replaced.',
    'Attempts left: {{attemptsLeft}}',
  ),
  CARD_KEY_REFUSED: say('The card refused our key', 'Take the card out and ask the supervisor where it comes from. Nothing was written.'),
  CARD_CHIP_UNSUPPORTED: say(
    'This reader cannot work with this kind of card',
    'Use a reader for this kind of card, or check the card.',
    'Card: {{chip}}',
  ),
  CARD_PSC_WRONG: say(
    'The card refused its password',
    'Stop, take the card out and let a supervisor check where it is from.',
    'Attempts left: {{attemptsLeft}}',
  ),
  CARD_MISMATCH: say(
    "This is not this customer's card",
    'Take it out and insert the card registered for the account.',
    'Expected card {{expected}}',
  ),
  CARD_BLACKLISTED: say('The card is reported lost', 'Keep it; the customer uses the replacement card.'),
  CARD_CHANGED_ELSEWHERE: say(
    'The card was changed elsewhere after this write',
    'Neither write nor refund; let a supervisor compare card and ledger.',
  ),
  CARD_STILL_LOADED: say(
    'The card still holds gas the meter has not taken',
    'The customer must put the card into the meter first.',
    '{{litres}} m³ still on the card',
  ),
  CARD_NOT_IN_LEDGER: say('The ledger does not know this card', 'Check the card number; if it is ours, a supervisor must register it.'),
  CARD_SEQUENCE_AHEAD: say(
    'The card holds more purchases than the ledger',
    'It may have been topped up elsewhere: wait for headquarters, then ask a supervisor.',
  ),
  CARD_WRITE_UNVERIFIED: say(
    'The card does not read back as written',
    'Money is taken, the volume is unproven: insert the same card again and press Continue.',
  ),

  TOPUP_UNKNOWN: say('There is no such top-up', 'Go to the home screen and look at the open work.'),
  TOPUP_STATE_REFUSES: say("Not possible in the top-up's present state", 'Look at the present state first.'),
  TOPUP_OPEN_ON_CARD: say('Another top-up of this card is still open', 'Deliver or refund that one first.'),
  TOPUP_ALREADY_ON_CARD: say('The volume is on the card; no refund', 'Press Continue to verify it and print the receipt.'),
  TOPUP_ID_REUSED: say('This number belongs to another top-up', 'Look at that one on the home screen, then start again.'),
  TARIFF_MISSING: say('No price holds on this date', 'Ask the manager to publish the price plan for this date.', 'Date: {{date}}'),
  PRICE_CHANGED: say('The price has just changed; nothing was taken', 'Tell the customer the new amount first.', 'Due now: ¥{{nowFen}}'),
  AMOUNT_OUT_OF_RANGE: say(
    'Amount or volume is out of range',
    'Change it and try again.',
    'At most {{maxLitres}} m³ at once|At least ¥{{minFen}}|Whole multiples of {{stepLitres}} m³ only',
  ),
  TENDER_SHORT: say('Not enough money', 'Ask for the rest.', '¥{{missingFen}} short'),
  TENDER_MISMATCH: say('The payments do not add up to the amount due', 'Check the bank card and wallet amounts.'),
  RECEIVABLE_UNKNOWN: say('This charge is not there', 'Open the account again and look at what is owed now.'),
  RECEIVABLE_SETTLED: say(
    'This charge is settled already',
    'Nothing has to be paid for it; nothing was recorded.',
    'Charge: {{description}}',
  ),
  RECEIVABLE_ID_REUSED: say('Another charge bears this number already', 'Start the charge anew. Nothing was recorded.'),
  FEE_UNKNOWN: say('The fee is not in the catalogue', 'Choose a fee from the list.', 'Fee: {{code}}'),
  FEE_NOT_WAIVABLE: say(
    'This fee cannot be let off at a counter',
    'Explain it to the customer, or ask head office.',
    'Charge: {{description}}',
  ),
  PAYMENT_UNKNOWN: say('This payment is not there', 'Open the account again and look at its payments.'),
  PAYMENT_STATE_REFUSES: say('This payment has been reversed already', 'Nothing more can be done with it; nothing was recorded.'),
  PAYMENT_ID_REUSED: say('Another payment bears this number already', 'Start the payment anew. No money was recorded.'),
  CREDIT_SHORT: say(
    'The credit balance is not enough',
    'Part of it has been used since. Nothing was recorded.',
    'Balance: {{creditFen}} fen',
  ),
  DEPOSIT_SHORT: say(
    'The deposit is smaller than that',
    'Give back at most what is held. Nothing was recorded.',
    'Deposit: {{depositFen}} fen',
  ),
  DRAWER_SHORT: say(
    'The drawer does not hold that much cash',
    'Give it back by card or transfer, or take cash from the safe first. Nothing was recorded.',
    'In the drawer: {{drawerFen}} fen',
  ),
  APPROVAL_LIMIT: say('This is more than the person who signed in may allow', 'Ask a manager to approve it. Nothing was recorded.'),
  RECEIPT_UNKNOWN: say('There is no such receipt', 'Choose it again on the account page.'),
  RECEIPT_STATE_REFUSES: say("Not possible in the receipt's present state", 'For a printed one use Reprint.'),

  DEVICE_NOT_CONFIGURED: say('This device is not set up at this counter', 'Ask IT to enter it in the settings file.'),
  DEVICE_OFFLINE: say('The device is not connected', 'Check power and cable, then press Reconnect.'),
  DEVICE_BUSY: say('The device is busy', 'Wait a few seconds and try again.'),
  DEVICE_LEASE_LOST: say('The device was interrupted; outcome unknown', 'Insert the same card again and press Continue.'),
  DEVICE_CANCELLED: say('The device operation was cancelled', 'Start it again when needed.'),
  DEVICE_TIMEOUT: say('The device took too long', 'Check the cable and try again.'),
  DEVICE_NO_ANSWER: say('The device does not answer at all', 'Check power and cable, then press Reconnect.'),
  DEVICE_PROCESS_LOST: say(
    'The device service restarted; outcome unknown',
    'Insert the same card again and press Continue; do not charge again.',
  ),
  DEVICE_REJECTED: say('The device refused the command', 'Insert the card again; if it stays, call IT.'),
  DRIVER_UNTRUSTED: say(
    "The device's driver is not signed by a key this counter trusts",
    'Ask IT for a signed driver, or to allow its key.',
    'Driver: {{driver}}',
  ),
  LIBRARY_FAILED: say(
    "The card maker's library failed",
    'Read the card again before anything else; if it happens again, restart the device.',
    'Code: {{returnCode}}|File: {{file}}',
  ),
  LIBRARY_UNREGISTERED: say(
    "The card maker's library is not registered on this computer",
    'Ask IT to install and register it.',
    'File: {{file}}',
  ),
  SIDECAR_MISSING: say(
    "The card maker's library has 32 bits, and the program part for such libraries is not installed",
    'Ask IT to install it; the card cannot be read until then.',
    'File: {{file}}',
  ),
  DISCOVERY_UNAVAILABLE: say(
    'Some devices cannot be searched for',
    'Devices that are set up keep working. Ask IT to install what is missing.',
    'Missing: {{missing}}',
  ),
  DRIVER_UNKNOWN: say("The device's driver is not there", 'Ask IT to check the driver name in the settings file.', 'Driver: {{driver}}'),
  PORT_MISSING: say('The port is not there', 'Check the USB or serial cable.', 'Port: {{path}}'),
  PORT_BUSY: say('Another program holds the port', 'Close that program, then press Reconnect.', 'Port: {{path}}'),
  PORT_DENIED: say('No permission to open the port', 'Ask IT to grant it.', 'Port: {{path}}'),
  LINE_SETTINGS_WRONG: say(
    'The device answers, but not in words that make sense',
    'The baud rate or parity is probably wrong: compare the settings with the device.',
    'Port: {{path}}',
  ),
  PORT_FAILED: say('Reading or writing the port failed', 'Replug the device, then press Reconnect.', 'Port: {{path}}'),
  FRAME_SUM: say("The device's answer has a wrong check sum", 'Try again; if frequent, change the cable.'),
  FRAME_SHORT: say("The device's answer was cut short", 'Try again; if frequent, change the cable.'),
  FRAME_SLOT: say('The device answered for another slot', 'Check which slot the card is in and try again.'),
  FRAME_UNEXPECTED: say('The device answered something else', 'Try again; if it stays, reconnect the device.'),
  FRAME_SEQUENCE: say('The order of write commands was broken', 'Insert the card again and press Continue.'),

  PRINTER_PAPER_OUT: say('The printer is out of paper', 'Put in paper, then press Print.'),
  PRINTER_OFFLINE: say('The printer is off line', 'Check its power and its online key.'),
  PRINTER_COVER_OPEN: say("The printer's cover is open", 'Close it, then press Print.'),
  PRINTER_CUTTER: say("The printer's cutter is stuck", 'Switch off, clear the paper, switch on.'),
  PRINTER_FAILED: say('The printer has failed', 'Switch it off and on; if it stays, have it repaired.'),
  PRINTER_NO_ANSWER: say('The printer does not answer', 'Check its power and cable; if it was printing, look at the paper first.'),

  SETTINGS_INVALID: say('The settings file has an error', 'Ask IT to correct it, then press Reconnect.', 'Field: {{field}}'),
  KEY_VAULT_FAILED: say(
    'The keys of the cards cannot be opened',
    'Do not start with new keys; call IT, who restore the key files from their backup.',
    'Reason: {{reason}}',
  ),
  DATABASE_NEWER: say('The data was made by a newer version', 'Install the new version; do not open it with the old one.'),
  DATABASE_FAILED: say('The data cannot be written', 'Stop taking money, check the disk and call IT.'),
  JOURNAL_BROKEN: say('The journal fails its check', 'Stop work and call IT at once.'),
  POSTINGS_UNBALANCED: say('The postings do not balance and were refused', 'Nothing was booked; tell IT the time.'),
  HEADQUARTERS_UNREACHABLE: say('Headquarters cannot be reached', 'Keep working; data is sent by itself later.'),
  HEADQUARTERS_REFUSED: say('Headquarters refused the data', 'Keep working; IT has to look at it.'),
  HALL_UNAVAILABLE: say('Only the demo hall has a bench', 'This counter has real devices.'),
  HALL_REFUSED: say('The bench cannot do that', 'See where the card is now.'),
} as const satisfies FaultTexts;
