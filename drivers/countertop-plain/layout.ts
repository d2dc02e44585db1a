// A plain card layout on AT24C02: one purchase record, without a second one. A torn write leaves no purchase on the card until it is completed; that it
// can be completed is the promise of the images before and after, not of the card.
import { createRecordLayout } from '../kit/index.ts';
import { ACCESS, MAP } from './records.ts';

export default createRecordLayout({ id: 'countertop-plain', access: ACCESS, imageBytes: 256, map: MAP });
