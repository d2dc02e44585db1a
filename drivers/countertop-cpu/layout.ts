// A card layout on a CPU card: three files of one application, two purchase records written alternately. Its keys live in the card and in the PSAM;
// every write carries a MAC that the PSAM computes.
import { createRecordLayout } from '../kit/index.ts';
import { ACCESS, MAP } from './records.ts';

export default createRecordLayout({ id: 'countertop-cpu', access: ACCESS, imageBytes: 128, map: MAP });
