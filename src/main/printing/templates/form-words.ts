// Words that only paper needs: names of forms and checks, what the customer declares, and kinds of business on a statement.

import { identityEn, identityZhCN, identityZhTW } from '../../../shared/words/identity.ts';
import { requestsEn } from '../../../shared/words/requests.en.ts';
import { requestsZhCN } from '../../../shared/words/requests.zh-CN.ts';
import { requestsZhTW } from '../../../shared/words/requests.zh-TW.ts';
import type { PaperLanguage } from '../../core/ports/paper.ts';

interface OwnWords {
  /** Kinds of form that are no request. */
  readonly forms: Readonly<Record<string, string>>;
  readonly formTitle: (kind: string) => string;
  readonly customerKind: Readonly<Record<string, string>>;
  readonly checks: Readonly<Record<string, string>>;
  /** By kind of form; `default` for every other. */
  readonly declarations: Readonly<Record<string, string>> & { readonly default: string };
  /** By the field whose owner signs; `default` for every other. */
  readonly signers: Readonly<Record<string, string>> & { readonly default: string };
  readonly entries: Readonly<Record<string, string>>;
  /** Fields of forms that are no request. */
  readonly fields: Readonly<Record<string, string>>;
  readonly cubicMetres: string;
}

const zhCN: OwnWords = {
  forms: {
    'account-opening': '开户',
    'card-issue': '发卡',
    'card-reissue': '补卡',
    'card-replace': '换卡',
    'card-correct': '补气',
    'card-carry': '余量转卡',
    'card-reverse': '购气冲正',
  },
  formTitle: (kind) => `${kind}业务申请表`,
  customerKind: { residential: '居民', commercial: '工商' },
  checks: {
    arrears: '欠费已结清，或有欠费承接协议',
    'contract-scan': '供用气合同已上传',
    fees: '业务费用已结清',
    'no-other-request': '没有其他在办业务',
    'no-open-topup': '没有未写卡的购气',
    'no-open-card-task': '没有未完成的卡业务',
    'no-volume-owed': '没有待补的气量',
    'old-identity': '原户主证件与登记一致',
    reading: '表底数不小于上次读数',
    dates: '日期先后正确',
    'changes-something': '变更内容与登记不同',
  },
  declarations: {
    default: '本人确认以上内容真实、准确，提供的证件和材料合法有效，并已知悉办理后的结果及费用；如有不实，愿承担由此产生的责任。',
    transfer:
      '双方确认：自办结之日起，该户的用气权利和义务由新户主承继；此前的用气费用由原户主承担，另有协议的按协议办理。双方提供的证件和材料真实有效；如有不实，愿承担由此产生的责任。',
    closure:
      '本人申请拆除燃气表并销户，确认表底数、卡内及表内剩余气量无误，同意按本表所列金额结清。销户后恢复供气须重新办理开户。如有不实，愿承担由此产生的责任。',
    suspension: '本人申请在上述期间停止供气，期间不擅自开启阀门或拆动封签；恢复供气前配合安全检查。如有违反，愿承担由此产生的责任。',
    reactivation: '本人申请恢复供气，确认安全检查合格、户内燃气设施完好，通气时家中有人。如有不实，愿承担由此产生的责任。',
    'card-reissue': '本人申明原卡确已遗失，同意原卡立即列入黑名单；原卡此后找回也不再使用，并交还营业厅。如有不实，愿承担由此产生的责任。',
  },
  signers: { default: '客户签名', oldIdentity: '原户主签名', newIdentity: '新户主签名' },
  entries: {
    'topup.paid': '购气',
    'topup.refunded': '购气退款',
    'topup.reversed': '购气冲正',
    'topup.carried': '购气转新卡',
    'receivable.raised': '应收',
    'receivable.waived': '减免',
    'payment.taken': '缴费',
    'payment.reversed': '缴费冲正',
    'deposit.taken': '收押金',
    'deposit.returned': '退押金',
    'deposit.applied': '押金转余额',
    'credit.refunded': '退余额',
    'volume.credited': '余气折价',
  },
  fields: { oldCardNo: '原卡号', newCardNo: '新卡号', cardNo: '卡号', volume: '气量' },
  cubicMetres: 'm³',
};

const zhTW: OwnWords = {
  forms: {
    'account-opening': '開戶',
    'card-issue': '發卡',
    'card-reissue': '補卡',
    'card-replace': '換卡',
    'card-correct': '補氣',
    'card-carry': '餘量轉卡',
    'card-reverse': '購氣沖正',
  },
  formTitle: (kind) => `${kind}業務申請表`,
  customerKind: { residential: '居民', commercial: '工商' },
  checks: {
    arrears: '欠費已結清，或有欠費承接協議',
    'contract-scan': '供用氣合約已上傳',
    fees: '業務費用已結清',
    'no-other-request': '沒有其他在辦業務',
    'no-open-topup': '沒有未寫卡的購氣',
    'no-open-card-task': '沒有未完成的卡業務',
    'no-volume-owed': '沒有待補的氣量',
    'old-identity': '原戶主證件與登記一致',
    reading: '錶底數不小於上次讀數',
    dates: '日期先後正確',
    'changes-something': '變更內容與登記不同',
  },
  declarations: {
    default: '本人確認以上內容真實、準確，提供的證件和資料合法有效，並已知悉辦理後的結果及費用；如有不實，願承擔由此產生的責任。',
    transfer:
      '雙方確認：自辦結之日起，該戶的用氣權利和義務由新戶主承繼；此前的用氣費用由原戶主承擔，另有協議的按協議辦理。雙方提供的證件和資料真實有效；如有不實，願承擔由此產生的責任。',
    closure:
      '本人申請拆除瓦斯錶並銷戶，確認錶底數、卡內及錶內剩餘氣量無誤，同意按本表所列金額結清。銷戶後恢復供氣須重新辦理開戶。如有不實，願承擔由此產生的責任。',
    suspension: '本人申請在上述期間停止供氣，期間不擅自開啟閥門或拆動封籤；恢復供氣前配合安全檢查。如有違反，願承擔由此產生的責任。',
    reactivation: '本人申請恢復供氣，確認安全檢查合格、戶內瓦斯設施完好，通氣時家中有人。如有不實，願承擔由此產生的責任。',
    'card-reissue': '本人申明原卡確已遺失，同意原卡立即列入黑名單；原卡此後找回也不再使用，並交還營業廳。如有不實，願承擔由此產生的責任。',
  },
  signers: { default: '客戶簽名', oldIdentity: '原戶主簽名', newIdentity: '新戶主簽名' },
  entries: {
    'topup.paid': '購氣',
    'topup.refunded': '購氣退款',
    'topup.reversed': '購氣沖正',
    'topup.carried': '購氣轉新卡',
    'receivable.raised': '應收',
    'receivable.waived': '減免',
    'payment.taken': '繳費',
    'payment.reversed': '繳費沖正',
    'deposit.taken': '收押金',
    'deposit.returned': '退押金',
    'deposit.applied': '押金轉餘額',
    'credit.refunded': '退餘額',
    'volume.credited': '餘氣折價',
  },
  fields: { oldCardNo: '原卡號', newCardNo: '新卡號', cardNo: '卡號', volume: '氣量' },
  cubicMetres: 'm³',
};

const en: OwnWords = {
  forms: {
    'account-opening': 'Opening of an account',
    'card-issue': 'Issue of a card',
    'card-reissue': 'Reissue of a card',
    'card-replace': 'Replacement of a card',
    'card-correct': 'Volume correction',
    'card-carry': 'Volume moved to the card',
    'card-reverse': 'Reversal of a purchase',
  },
  formTitle: (kind) => `Service request: ${kind}`,
  customerKind: { residential: 'residential', commercial: 'commercial' },
  checks: {
    arrears: 'Arrears are settled, or taken over by agreement',
    'contract-scan': 'The supply contract has been scanned',
    fees: 'The fees of this request are paid',
    'no-other-request': 'No other request is open',
    'no-open-topup': 'No purchase waits for the card',
    'no-open-card-task': 'No card task is open',
    'no-volume-owed': 'No volume is owed',
    'old-identity': "The holder's document is the one on record",
    reading: 'The reading is not below the last one',
    dates: 'The dates are in order',
    'changes-something': 'What is asked for differs from the record',
  },
  declarations: {
    default:
      'I confirm that the above is true and complete, that my documents are valid, and that I know what this request brings about and costs. I answer for anything that is untrue.',
    transfer:
      'Both parties confirm: from the day of completion the new holder has the rights and duties of this supply; charges before that day are borne by the old holder unless agreed otherwise in writing. The documents of both are valid.',
    closure:
      'I ask for the meter to be removed and the account to be closed. The final reading and the gas left on the card and in the meter are right, and I agree to the amounts on this form. Supply can only begin again with a new account.',
    suspension:
      'I ask for the supply to be stopped for the time above. I will not open the valve or touch the seal, and will allow an inspection before supply begins again.',
    reactivation:
      'I ask for the supply to begin again. The inspection was passed, the installation is sound, and somebody is at home when the gas is turned on.',
    'card-reissue':
      'I declare that the old card is lost. It goes on the blacklist at once; should it be found, it will not be used and will be handed in.',
  },
  signers: { default: 'Customer', oldIdentity: 'Old holder', newIdentity: 'New holder' },
  entries: {
    'topup.paid': 'Purchase of gas',
    'topup.refunded': 'Purchase refunded',
    'topup.reversed': 'Purchase reversed',
    'topup.carried': 'Purchase moved to new card',
    'receivable.raised': 'Charge',
    'receivable.waived': 'Waiver',
    'payment.taken': 'Payment',
    'payment.reversed': 'Payment reversed',
    'deposit.taken': 'Deposit taken',
    'deposit.returned': 'Deposit returned',
    'deposit.applied': 'Deposit to credit',
    'credit.refunded': 'Credit refunded',
    'volume.credited': 'Unused gas credited',
  },
  fields: { oldCardNo: 'Old card', newCardNo: 'New card', cardNo: 'Card', volume: 'Volume' },
  cubicMetres: 'm³',
};

export interface FormWords extends OwnWords {
  readonly requests: {
    readonly kind: Readonly<Record<string, string>>;
    readonly state: Readonly<Record<string, string>>;
    readonly field: Readonly<Record<string, string>>;
    readonly choice: Readonly<Record<string, string>>;
    readonly effect: Readonly<Record<string, string>>;
  };
  readonly identity: Readonly<Record<string, string>>;
}

export const FORM_WORDS: Readonly<Record<PaperLanguage, FormWords>> = {
  'zh-CN': { ...zhCN, requests: requestsZhCN.requests, identity: identityZhCN },
  'zh-TW': { ...zhTW, requests: requestsZhTW.requests, identity: identityZhTW },
  en: { ...en, requests: requestsEn.requests, identity: identityEn },
};
