// Wording of every fault in Simplified Chinese: what happened, and what to do next.
import type { FaultCode } from '../../shared/domain/fault.ts';

/** Faults that arise in the screen itself, beside the counter's own codes. */
export type ScreenFault = 'LINE_LOST';
export type ProblemCode = FaultCode | ScreenFault;
/** `detail` is shown only when every value that it names is known. */
export interface FaultText {
  readonly title: string;
  readonly next: string;
  readonly detail: string;
}
export type FaultTexts = Readonly<Record<ProblemCode, FaultText>>;

function say(title: string, next: string, detail = ''): FaultText {
  return { title, next, detail };
}

export const faultsZhCN = {
  LINE_LOST: say('与柜台程序的连接中断，未收到回答', '连接恢复后再按一次：系统按同一笔单号查询，绝不会重复收款。'),

  INPUT_INVALID: say('填写的内容不符合要求', '检查标红的项目后重试。', '项目：{{field}}'),
  CALL_TOO_LARGE: say('一次提交的内容过大', '减少内容后重试。'),
  CALL_UNKNOWN: say('当前版本没有这个功能', '刷新窗口；仍不行请联系信息科。'),
  SENDER_REFUSED: say('本窗口无权连接柜台程序', '关闭本窗口，用启动时给出的地址重新打开。'),
  SESSION_REQUIRED: say('尚未登录', '请先登录。'),
  SESSION_EXPIRED: say('登录已过期', '请重新登录；已收的款项和未完成的业务都已保存。'),
  ROLE_DENIED: say('您的岗位无权办理此项', '请有权限的同事办理。'),
  CREDENTIALS_WRONG: say('工号或密码不正确', '检查大小写后重新输入。'),
  SIGN_IN_LOCKED: say('连续输错，登录已暂时锁定', '稍后再试，或请主管协助。', '请在 {{seconds}} 秒后再试。'),
  SUPERVISOR_REQUIRED: say('此项需要主管授权', '请主管在本柜台输入工号和密码。'),
  INTERNAL: say('柜台程序内部出错', '不要重复收款；回到首页查看待处理业务，并把时间告知信息科。'),

  SHIFT_REQUIRED: say('尚未开班', '先在首页开班并录入备用金，再办理收款。'),
  SHIFT_ALREADY_OPEN: say('您已有未结束的班次', '无需再开班，直接办理业务。'),
  ACCOUNT_UNKNOWN: say('没有找到该户', '核对户号后重新查询。'),
  ACCOUNT_NOT_ACTIVE: say('该户已停用或销户，不能购气', '先办理恢复供气，或核对是否选错户。'),
  ACCOUNT_CHANGED: say('账户在打开之后已被他人修改', '请查看账户的最新内容，确认后重新办理。未保存任何内容。'),
  CUSTOMER_UNKNOWN: say('没有找到该客户的档案', '重新查询后再试。'),
  CUSTOMER_MERGED: say('该客户档案已并入另一份档案', '请打开合并后的档案办理。'),
  DUPLICATES_FOUND: say('可能已有这位客户', '请先查看列出的客户：是同一人就选用已有档案，不是再确认新建。', '疑似 {{count}} 位'),
  NUMBER_NOT_KEPT: say('本网点没有保存这个号码的原文', '请客户出示证件，或到登记的网点查询。'),
  ATTACHMENT_UNKNOWN: say('没有找到这份附件', '可能保存在登记它的网点。'),
  ATTACHMENT_PART_WRONG: say('附件没有按顺序传完', '请重新添加这份文件。'),
  ATTACHMENT_TYPE_REFUSED: say('这种文件不能作为附件', '请使用图片或扫描件：照片、截图、便携文档。'),
  ATTACHMENT_DAMAGED: say('附件在传送中损坏', '请重新添加这份文件。'),
  ACCOUNT_HAS_NO_CARD: say('该户没有登记 IC 卡', '先为该户办理发卡。'),

  CARD_ABSENT: say('读卡器中没有卡', '请插入客户的卡，芯片朝上，插到底。', '卡槽 {{slot}}'),
  CARD_DAMAGED: say('卡读不出来，可能已损坏或插反', '取出擦净芯片再插一次；仍不行请办理补卡。', '卡槽 {{slot}}'),
  CARD_BLANK: say('这是一张空白卡', '请客户出示自己的卡；新户请先办理发卡。'),
  CARD_OTHER_REGION: say('这是其他地区的卡，本公司不能写入', '请客户到发卡公司办理。', '卡上区域码：{{regionCode}}'),
  CARD_OTHER_LAYOUT: say('卡的格式不是本柜台登记的格式', '核对表具厂家；换过表的客户请办理换卡。'),
  CARD_LOCKED: say('卡已锁死，再也不能写入', '收回此卡，为客户办理补卡。'),
  CARD_LAST_ATTEMPT: say('卡只剩最后一次密码校验机会', '不要自行反复尝试；请主管核对后授权，或为客户补卡。', '剩余次数：{{attemptsLeft}}'),
  CARD_KEY_REFUSED: say('卡拒绝了本系统的密钥', '取出卡，请主管核对卡片来源。未写入任何内容。'),
  CARD_CHIP_UNSUPPORTED: say('此读卡器不支持这种卡', '请换用支持这种卡的读卡器，或检查卡片。', '卡型：{{chip}}'),
  CARD_PSC_WRONG: say('卡密码校验未通过', '停止写卡，取出卡，请主管核对卡片来源。', '剩余次数：{{attemptsLeft}}'),
  CARD_MISMATCH: say('插入的不是这位客户的卡', '取出此卡，换成本户登记的卡。', '应为卡号 {{expected}}'),
  CARD_BLACKLISTED: say('此卡已挂失，不能使用', '收回此卡，请客户用补发的新卡。'),
  CARD_CHANGED_ELSEWHERE: say('卡在本次写卡之后又被别处改写过', '不要再写也不要退款，请主管核对卡与账后处理。'),
  CARD_STILL_LOADED: say('卡上还有气量没有输入表内', '请客户先把卡插入燃气表，读入后再来购气。', '卡上尚有 {{litres}} m³'),
  CARD_NOT_IN_LEDGER: say('账上没有登记这张卡', '核对卡号；确为本公司的卡请主管补登记。'),
  CARD_SEQUENCE_AHEAD: say('卡上的购气次数比账上多', '可能在别处购过气：先等总部数据同步，再请主管核对。'),
  CARD_WRITE_UNVERIFIED: say('写卡后核对不一致', '钱已入账、气量未确认：把同一张卡再插一次，按“继续”。'),

  TOPUP_UNKNOWN: say('没有找到这笔购气', '回到首页刷新待处理列表。'),
  TOPUP_STATE_REFUSES: say('这笔购气目前的状态不能这样处理', '查看最新状态后再操作。'),
  TOPUP_OPEN_ON_CARD: say('这张卡上还有一笔未写完的购气', '先把那一笔写完或退款，再办新的。'),
  TOPUP_ALREADY_ON_CARD: say('气量已在卡上，不能退款', '按“继续”完成核对并打印收据。'),
  TOPUP_ID_REUSED: say('这个单号已用于另一笔购气', '回到首页查看那一笔，再重新开始。'),
  TARIFF_MISSING: say('该日期没有生效的价格', '请经理发布该日期的价格方案。', '日期：{{date}}'),
  PRICE_CHANGED: say('价格刚刚有变化，尚未收款', '请按新的金额告知客户后再收款。', '现在应收 ¥{{nowFen}}'),
  AMOUNT_OUT_OF_RANGE: say(
    '金额或气量超出允许范围',
    '改小或改大后重试。',
    '一次最多 {{maxLitres}} m³|至少 ¥{{minFen}}|须为 {{stepLitres}} m³ 的整数倍',
  ),
  TENDER_SHORT: say('收到的钱不够', '请客户补足差额。', '还差 ¥{{missingFen}}'),
  TENDER_MISMATCH: say('各种付款方式之和与应收不符', '检查银行卡和钱包的金额。'),
  RECEIVABLE_UNKNOWN: say('找不到这笔应收', '请重新打开账户，查看当前欠费。'),
  RECEIVABLE_SETTLED: say('这笔应收已经结清', '无需再交，未记录任何内容。', '项目：{{description}}'),
  RECEIVABLE_ID_REUSED: say('该编号已用于另一笔应收', '请重新开始，未记录任何内容。'),
  FEE_UNKNOWN: say('收费目录中没有此项', '请从列表中选择收费项目。', '项目：{{code}}'),
  FEE_NOT_WAIVABLE: say('此项费用柜台不可减免', '请向客户说明，或请示总部。', '项目：{{description}}'),
  PAYMENT_UNKNOWN: say('找不到这笔收款', '请重新打开账户，查看收款记录。'),
  PAYMENT_STATE_REFUSES: say('这笔收款已经冲正', '不能再办理，未记录任何内容。'),
  PAYMENT_ID_REUSED: say('该编号已用于另一笔收款', '请重新开始收款，未记录任何款项。'),
  CREDIT_SHORT: say('账户余额不足', '其中一部分已被使用，未记录任何内容。', '余额：{{creditFen}} 分'),
  DEPOSIT_SHORT: say('押金不足', '最多退还现有押金，未记录任何内容。', '押金：{{depositFen}} 分'),
  DRAWER_SHORT: say('钱箱现金不足', '请改用银行卡或转账退款，或先从保险柜领取现金。未记录任何内容。', '钱箱：{{drawerFen}} 分'),
  APPROVAL_LIMIT: say('超出该授权人的权限', '请由经理授权，未记录任何内容。'),
  RECEIPT_UNKNOWN: say('没有找到这张收据', '回到客户页面重新选择。'),
  RECEIPT_STATE_REFUSES: say('收据目前的状态不能这样处理', '已打印过的请用“补打”。'),

  INVOICE_UNKNOWN: say('没有这张发票', '返回列表重新选择。'),
  INVOICE_STATE_REFUSES: say('发票现在的状态不允许这样做', '刷新后按发票现在的状态办理。'),
  INVOICE_SUBJECT_REFUSES: say('这笔业务不能开发票', '已冲正、未写卡或没有结清欠费的款项不开发票。'),
  INVOICE_STANDS: say('这笔业务已有一张有效发票', '先作废该发票，再继续。', '发票号 {{number}}'),
  INVOICE_ID_REUSED: say('同一编号已用于另一张发票', '返回后重新开票。'),
  INVOICE_NUMBER_CHANGED: say('下一个发票号已变动', '核对打印机里纸质发票的号码后再开。未保存任何内容。', '现在的号码 {{now}}'),
  SEGMENT_MISSING: say('本柜台没有可用的发票号段', '请主管领用并登记新的号段。'),
  SEGMENT_OVERLAPS: say('号段与已登记的号段重叠', '核对起止号码。', '重叠的号段 {{segment}}'),

  DEVICE_NOT_CONFIGURED: say('本柜台没有配置这台设备', '请信息科在设置文件中登记设备。'),
  DEVICE_OFFLINE: say('设备没有连上', '检查电源和连线，再按“重新连接”。'),
  DEVICE_BUSY: say('设备正忙', '稍等几秒再试。'),
  DEVICE_LEASE_LOST: say('设备操作被中断，结果未知', '把同一张卡再插一次，按“继续”核对。'),
  DEVICE_CANCELLED: say('设备操作已取消', '需要时重新开始。'),
  DEVICE_TIMEOUT: say('设备回答超时', '检查连线，再试一次。'),
  DEVICE_NO_ANSWER: say('设备没有任何回答', '检查电源和连线，再按“重新连接”。'),
  DEVICE_PROCESS_LOST: say('设备服务中途重启，结果未知', '把同一张卡再插一次，按“继续”核对；不要重复收款。'),
  DEVICE_REJECTED: say('设备拒绝了这个命令', '重新插卡再试；仍不行请联系信息科。'),
  DRIVER_UNTRUSTED: say('设备驱动未经本柜台信任的密钥签名', '请信息科提供已签名的驱动，或允许其密钥。', '驱动：{{driver}}'),
  LIBRARY_FAILED: say('卡厂动态库调用失败', '先重新读卡再继续；若再次出现，请重新连接设备。', '返回码：{{returnCode}}|文件：{{file}}'),
  LIBRARY_UNREGISTERED: say('卡厂动态库未在本机注册', '请信息科安装并注册该动态库。', '文件：{{file}}'),
  SIDECAR_MISSING: say('卡厂动态库为 32 位，本机未安装 32 位运行组件', '请信息科安装该组件，安装前无法读卡。', '文件：{{file}}'),
  DISCOVERY_UNAVAILABLE: say('部分设备无法自动查找', '已设置的设备不受影响。请信息科安装缺少的组件。', '缺少：{{missing}}'),
  DRIVER_UNKNOWN: say('找不到设备的驱动', '请信息科核对设置文件中的驱动名称。', '驱动：{{driver}}'),
  PORT_MISSING: say('找不到端口', '检查 USB 或串口线是否插好。', '端口：{{path}}'),
  PORT_BUSY: say('端口被其他程序占用', '关闭占用端口的程序，再按“重新连接”。', '端口：{{path}}'),
  PORT_DENIED: say('没有打开端口的权限', '请信息科开放端口权限。', '端口：{{path}}'),
  LINE_SETTINGS_WRONG: say('设备有应答，但内容无法识别', '波特率或校验位可能不对，请对照设备核对设置。', '端口：{{path}}'),
  PORT_FAILED: say('端口读写失败', '重新插拔设备，再按“重新连接”。', '端口：{{path}}'),
  FRAME_SUM: say('设备回答的校验和有误', '再试一次；经常出现请更换连线。'),
  FRAME_SHORT: say('设备的回答不完整', '再试一次；经常出现请更换连线。'),
  FRAME_SLOT: say('设备回答了另一个卡槽', '确认卡插在正确的卡槽，再试一次。'),
  FRAME_UNEXPECTED: say('设备的回答与命令不符', '再试一次；仍不行请重新连接设备。'),
  FRAME_SEQUENCE: say('写卡命令次序被打断', '重新插卡，按“继续”。'),

  PRINTER_PAPER_OUT: say('打印机缺纸', '装上新纸，再按“打印”。'),
  PRINTER_OFFLINE: say('打印机离线', '检查打印机电源和联机键。'),
  PRINTER_COVER_OPEN: say('打印机上盖没有合上', '合上上盖，再按“打印”。'),
  PRINTER_CUTTER: say('打印机切刀卡住', '关机取出卡纸，再开机。'),
  PRINTER_FAILED: say('打印机故障', '关机重开；仍不行请报修。'),
  PRINTER_NO_ANSWER: say('打印机没有回答', '检查打印机电源和连线；如果正在打印，先看一眼出纸口。'),

  SETTINGS_INVALID: say('设置文件有错误', '请信息科改正后按“重新连接”。', '项目：{{field}}'),
  KEY_VAULT_FAILED: say('卡密钥库无法打开', '不要用新密钥启动；请信息科从备份恢复密钥文件。', '原因：{{reason}}'),
  DATABASE_NEWER: say('数据由更新版本的程序建立', '请安装新版本；不要用旧版本打开。'),
  DATABASE_FAILED: say('数据无法写入', '停止收款，检查磁盘空间并联系信息科。'),
  JOURNAL_BROKEN: say('流水账校验不通过', '停止营业，立即联系信息科。'),
  POSTINGS_UNBALANCED: say('分录不平，已拒绝入账', '没有入账；请把时间告知信息科。'),
  HEADQUARTERS_UNREACHABLE: say('暂时连不上总部', '可继续营业，数据会在恢复后自动上传。'),
  HEADQUARTERS_REFUSED: say('总部拒绝了上传的数据', '可继续营业；请信息科处理。'),
  HALL_UNAVAILABLE: say('只有演示厅才有操作台', '本柜台连接的是真实设备。'),
  HALL_REFUSED: say('操作台做不了这个动作', '看看卡现在在哪里。'),
} as const satisfies FaultTexts;
