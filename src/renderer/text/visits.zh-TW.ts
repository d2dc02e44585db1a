// Words of cross-branch service and master data in Traditional Chinese.
import type { VisitTexts } from './visits.zh-CN.ts';

export const visitsZhTW: VisitTexts = {
  title: '通存通兌',
  of: '{{name}}（{{branch}}）的用戶',
  asOf: '資料截至 {{asOf}}，有效到 {{until}}',
  expired: '資料已過期，須重新向總部查詢',
  only: '本廳可代收帳單、代售氣；其他業務請到所屬營業廳辦理。',
  line: '總部在線：辦理時會重新核對',
  noLine: '連不上總部：只能在離線額度內辦理',
  left: '今天還可辦 ¥{{amount}}，{{count}} 筆',
  leftNone: '沒有有效的離線額度',
  bounded: '連不上總部：售氣計入離線額度',
  search: '查詢全部營業廳',
  searchHint: '須輸入完整戶號或卡號，或「手機號 全名」；查詢會在總部留下紀錄。',
  searching: '正在向總部查詢…',
  choose: '其他營業廳的用戶',
  lookUpCard: '向總部查詢這張卡',
  documents: '總部發布的資料',
  documentsNone: '總部還沒有發布資料。',
  refused: '簽名不符，已拒絕',
  inForce: '生效中',
  upcoming: '未到生效日',
  replaced: '已被取代',
  over: '已失效',
  heading: { document: '文件', kind: '種類', version: '版本', from: '生效日', until: '有效到', state: '狀態' },
  kind: { tariff: '氣價', policy: '收費政策', staff: '人員與角色', 'offline-limit': '離線額度', 'driver-keys': '驅動簽名公鑰' },
};
