// A second card layout on SLE4442, as another maker's meters take it: one purchase record. The meters of one layout reject the cards of the other.
import { createRecordLayout } from '../kit/index.ts';
import { IMAGE_BYTES, MAP } from './records.ts';

export default createRecordLayout({ id: 'countertop-single', access: { chip: 'SLE4442' }, imageBytes: IMAGE_BYTES, map: MAP });
