// Words of cross-branch service and master data in Simplified Chinese.
export const visitsZhCN = {
  title: '通存通兑',
  of: '{{name}}（{{branch}}）的用户',
  asOf: '资料截至 {{asOf}}，有效到 {{until}}',
  expired: '资料已过期，须重新向总部查询',
  only: '本厅可代收账单、代售气；其他业务请到所属营业厅办理。',
  line: '总部在线：办理时会重新核对',
  noLine: '连不上总部：只能在离线额度内办理',
  left: '今天还可办 ¥{{amount}}，{{count}} 笔',
  leftNone: '没有有效的离线额度',
  bounded: '连不上总部：售气计入离线额度',
  search: '查询全部营业厅',
  searchHint: '须输入完整户号或卡号，或“手机号 全名”；查询会在总部留下记录。',
  searching: '正在向总部查询…',
  choose: '其他营业厅的用户',
  lookUpCard: '向总部查询这张卡',
  documents: '总部发布的数据',
  documentsNone: '总部还没有发布数据。',
  refused: '签名不符，已拒绝',
  inForce: '生效中',
  upcoming: '未到生效日',
  replaced: '已被取代',
  over: '已失效',
  heading: { document: '文件', kind: '种类', version: '版本', from: '生效日', until: '有效到', state: '状态' },
  kind: { tariff: '气价', policy: '收费政策', staff: '人员与角色', 'offline-limit': '离线额度', 'driver-keys': '驱动签名公钥' },
};

export type VisitTexts = typeof visitsZhCN;
