// A card layout on Mifare Classic S50: every record in a sector of its own, two purchase records written alternately. Sectors are read with key A and
// written with key B; both belong to one card and come from the branch's key vault.
import { createRecordLayout } from '../kit/index.ts';
import { ACCESS, MAP } from './records.ts';

export default createRecordLayout({ id: 'countertop-mifare', access: ACCESS, imageBytes: 192, map: MAP });
