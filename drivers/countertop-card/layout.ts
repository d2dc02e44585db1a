// Countertop's own card layout on SLE4442: two purchase records written alternately, so that a torn write leaves the older one intact.
import { createRecordLayout } from '../kit/index.ts';
import { IMAGE_BYTES, MAP } from './records.ts';

export default createRecordLayout({
  id: 'countertop-card',
  access: { chip: 'SLE4442' },
  imageBytes: IMAGE_BYTES,
  map: MAP,
});
