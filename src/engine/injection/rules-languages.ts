/**
 * Rules: the plainest frames in other languages. Latin scripts are matched without diacritics, as the
 * normalised
 * view writes them; scripts without spaces are found by literals instead of word gates.
 */
import { FRAMES, type Frame } from './latin-frames.ts';
import { any, byLiteral, gap, type InjectionRule, rule, type WordGroup } from './rule.ts';

const words = (list: WordGroup): string => `(?:${list.join('|')})`;

function latinRules(frame: Frame): readonly InjectionRule[] {
  const { language, ignore, prior, instructions, reveal, your } = frame;
  if (language === 'vi') return VIETNAMESE;
  return [
    rule(
      'instruction-override',
      `${language}-ignore-prior`,
      1,
      [ignore, prior, instructions],
      `${any(ignore)}${gap(24)}${any(prior)}${gap(24)}${any(instructions)}`,
    ),
    rule(
      'instruction-override',
      `${language}-ignore-instructions`,
      1,
      [ignore, prior, instructions],
      `${any(ignore)}${gap(16)}${any(instructions)}${gap(24)}${any(prior)}`,
    ),
    rule(
      'instruction-override',
      `${language}-prior-ignore`,
      1,
      [ignore, prior, instructions],
      `${any(prior)}${gap(20)}${any(instructions)}${gap(24)}${any(ignore)}`,
    ),
    rule(
      'prompt-extraction',
      `${language}-reveal`,
      0.9,
      [reveal, your, instructions],
      `${any(reveal)}${gap(16)}${any(your)}(?: \\w{2,16}){0,2} (?:system ?prompt|${words(instructions)})\\b`,
    ),
    rule('jailbreak', `${language}-unbound`, 0.6, [firstWords(frame.unbound)], frame.unbound),
    rule('instruction-override', `${language}-now-you`, 0.5, [firstWords(frame.nowYou)], frame.nowYou),
  ];
}

/** The words that a pattern's alternatives begin with: the gate of a rule that has no word group. */
const firstWords = (source: string): WordGroup => {
  const heads = (/^\(\?:([^)]{1,120})\)/.exec(source)?.[1] ?? source).split('|');
  return heads.map((head) => /^[a-z']+/.exec(head)?.[0] ?? '').filter((word) => word !== '');
};

const VIETNAMESE: readonly InjectionRule[] = [
  byLiteral(
    'instruction-override',
    'vi-ignore',
    1,
    ['bo qua', 'quen'],
    '(?:bo qua|quen(?: di)?|phot lo) (?:\\w{1,8} ){0,4}(?:huong dan|chi dan|chi thi|lenh|quy tac|' +
      'chi dan)(?: \\w{1,8}){0,3} (?:truoc|tren|cu|ban dau)',
  ),
  byLiteral(
    'prompt-extraction',
    'vi-reveal',
    0.9,
    ['tiet lo', 'hien thi'],
    '(?:tiet lo|hien thi|cho (?:toi|minh) (?:xem|biet)) (?:\\w{1,8} ){0,4}(?:system prompt|loi ' +
      'nhac he thong|chi dan he thong|huong dan he thong)',
  ),
  byLiteral(
    'jailbreak',
    'vi-unbound',
    0.6,
    ['gioi han', 'rang buoc', 'kiem duyet'],
    `khong (?:co |bi )?(?:\\w{1,6} )?(?:gioi han|rang buoc|kiem duyet)`,
  ),
];

const CJK: readonly InjectionRule[] = [
  byLiteral(
    'instruction-override',
    'zh-ignore',
    1,
    ['忽略', '无视', '忘记', '忘掉', '不要理会', '不用理会', '無視', '忘記', '抛开', '跳过'],
    '(?:忽略|无视|無視|忘记|忘記|忘掉|不要理会|不用理会|抛开|跳过)[^。！？]{0,16}(?:之前|以上|上面|先前|前面|所有|一切|此前|原有|全部|你的)[^。！？]{' +
      '0,16}(?:指令|指示|说明|命令|规则|規則|提示|要求|内容|约束|限制|設定|设定)',
  ),
  byLiteral(
    'prompt-extraction',
    'zh-reveal',
    1,
    ['系统提示', '系統提示', '提示词', '提示詞', '系统指令', '初始指令', '内部指令'],
    '(?:告诉|显示|显示出|输出|打印|重复|透露|泄露|展示|说出|公开|給我|给我|写出|列出|告訴|顯示|輸出)[^。！？]{0,16}(?:系统提示|系統提示|提示词|提示詞|系' +
      '统指令|初始指令|内部指令)',
  ),
  byLiteral(
    'jailbreak',
    'zh-unbound',
    0.7,
    ['没有任何', '不受任何', '不受', '没有限制', '無限制', '无限制'],
    `(?:没有任何|不受任何|不受|摆脱|没有)[^。！？]{0,8}(?:限制|约束|審查|审查|道德|规则|规范)`,
  ),
  byLiteral(
    'instruction-override',
    'zh-now-you',
    0.5,
    ['从现在开始', '從現在開始', '从现在起'],
    `(?:从现在开始|從現在開始|从现在起)[,，]?你`,
  ),
  byLiteral(
    'instruction-override',
    'ja-ignore',
    1,
    ['無視', '忘れ', '従わない'],
    '(?:これまで|以前|上記|前述|今まで|先ほど|すべて|全て|元|最初|システム)[^。！？]{0,16}(?:指示|命令|ルール|プロンプト|指令|規則|制約|設定)[^。！？]{' +
      '0,10}(?:無視|忘れ|従わない|破棄|取り消)',
  ),
  byLiteral(
    'prompt-extraction',
    'ja-reveal',
    1,
    ['プロンプト', 'システム指示', '内部指示'],
    `(?:システム|内部|初期|最初|隠された)の?(?:プロンプト|指示|命令)[^。！？]{0,10}(?:教えて|表示|出力|見せて|開示|公開|繰り返)`,
  ),
  byLiteral(
    'jailbreak',
    'ja-unbound',
    0.6,
    ['制限なし', '制限のない', '制約なし', '制約のない', '検閲なし'],
    `(?:制限|制約|検閲|フィルター)(?:なし|のない|がない|を受けない)`,
  ),
  byLiteral(
    'instruction-override',
    'ko-ignore',
    1,
    ['무시', '잊어', '잊고', '따르지'],
    `(?:이전|위의|앞의|앞선|모든|기존|지금까지|위에|시스템)[^.!?]{0,16}(?:지시|명령|규칙|지침|프롬프트|내용|설정)[^.!?]{0,10}(?:무시|잊어|잊고|따르지|취소)`,
  ),
  byLiteral(
    'prompt-extraction',
    'ko-reveal',
    1,
    ['시스템', '프롬프트'],
    `(?:시스템|초기|내부|숨겨진) ?(?:프롬프트|지시|지침|명령)[^.!?]{0,10}(?:알려|보여|출력|공개|말해|표시|반복)`,
  ),
  byLiteral(
    'jailbreak',
    'ko-unbound',
    0.6,
    ['제한 없', '제약 없', '제한없', '검열 없'],
    `(?:제한|제약|검열|필터) ?(?:이 |도 )?없(?:는|이)`,
  ),
];

const OTHER_SCRIPTS: readonly InjectionRule[] = [
  byLiteral(
    'instruction-override',
    'ru-ignore',
    1,
    ['игнорир', 'забудь', 'проигнорир', 'не обращай'],
    '(?:игнорируй|игнорируйте|игнорировать|проигнорируй|проигнорируйте|забудь|забудьте|отбрось|не' +
      ' обращай внимания на)[^.!?]{0,24}(?:предыдущ|прошл|вс[её]|прежн|выше|ранее|исходн|сво[ий])[^' +
      '.!?]{0,24}(?:инструкци|указани|команд|правил|промпт|задани|ограничени|сказан)',
  ),
  byLiteral(
    'instruction-override',
    'ru-ignore-back',
    1,
    ['игнорир', 'забудь'],
    '(?:игнорируй|игнорируйте|проигнорируй|забудь|забудьте)[^.!?]{0,16}(?:инструкци|указани|коман' +
      'д|правил)[^.!?]{0,20}(?:выше|ранее|до этого)',
  ),
  byLiteral(
    'prompt-extraction',
    'ru-reveal',
    1,
    ['промпт', 'инструкци', 'системн'],
    '(?:покажи|выведи|раскрой|повтори|напиши|расскажи|назови|процитируй)[^.!?]{0,20}(?:сво[ийюяе]' +
      '|твой|твои|ваш|системн)[^.!?]{0,20}(?:промпт|инструкци|указани|сообщени|правил)',
  ),
  byLiteral(
    'jailbreak',
    'ru-unbound',
    0.6,
    ['без огранич', 'без каких', 'без цензур', 'без фильтр'],
    `без (?:каких-либо |всяких |любых )?(?:ограничени|цензур|фильтр|правил)`,
  ),
  byLiteral(
    'instruction-override',
    'uk-ignore',
    1,
    ['ігнору', 'забудь', 'проігнору'],
    '(?:ігноруй|ігноруйте|проігноруй|забудь|забудьте)[^.!?]{0,24}(?:попередн|вс[іе]|вище|раніше)[' +
      '^.!?]{0,24}(?:інструкці|вказівк|команд|правил)',
  ),
  byLiteral(
    'instruction-override',
    'bg-ignore',
    1,
    ['игнорирай', 'забрави'],
    '(?:игнорирай|игнорирайте|забрави|забравете)[^.!?]{0,24}(?:предишн|всички|горните)[^.!?]{0,24' +
      '}(?:инструкции|указания|команди|правила)',
  ),
  byLiteral(
    'instruction-override',
    'el-ignore',
    1,
    ['αγνοησε', 'αγνόησε', 'ξεχασε', 'ξέχασε', 'αγνοήστε'],
    '(?:αγν[οό]ησε|αγνο[ηή]στε|ξ[εέ]χασε|ξεχ[αά]στε)[^.!?]{0,24}(?:προηγο[υύ]μεν|[οό]λες|παραπ[αά' +
      ']νω)[^.!?]{0,24}(?:οδηγ[ιί]ες|εντολ[εέ]ς|καν[οό]νες)',
  ),
  byLiteral(
    'instruction-override',
    'ar-ignore',
    1,
    ['تجاهل', 'انس', 'تجاهلي', 'إنس', 'انسى'],
    '(?:تجاهل|تجاهلي|تجاهلوا|انس|انسى|إنس)[^.!؟]{0,24}(?:التعليمات|الأوامر|القواعد|الإرشادات|التو' +
      'جيهات|تعليمات|ما سبق|كل ما)[^.!؟]{0,24}(?:السابقة|أعلاه|السابق|قبل|سبق|جميع)?',
  ),
  byLiteral(
    'prompt-extraction',
    'ar-reveal',
    0.9,
    ['النظام', 'تعليماتك', 'موجه'],
    '(?:اكشف|أظهر|اعرض|اطبع|أخبرني|كرر|اكتب)[^.!؟]{0,24}(?:تعليمات النظام|موجه النظام|تعليماتك|ال' +
      'تعليمات الأولية|رسالة النظام)',
  ),
  byLiteral(
    'instruction-override',
    'fa-ignore',
    1,
    ['نادیده', 'فراموش'],
    `(?:دستور|دستورات|دستورالعمل|قوانین)[^.!؟]{0,24}(?:قبلی|بالا|پیشین)[^.!؟]{0,16}(?:نادیده|فراموش)`,
  ),
  byLiteral(
    'instruction-override',
    'hi-ignore',
    1,
    ['अनदेखा', 'नज़रअंदाज़', 'नजरअंदाज', 'भूल', 'उपेक्षा', 'अनदेखी'],
    '(?:पिछले|पिछली|पिछला|सभी|ऊपर|पहले|पूर्व)[^।!?]{0,20}(?:निर्देश|आदेश|नियम|हिदायत)[^।!?]{0,16}' +
      '(?:अनदेखा|अनदेखी|नज़रअंदाज़|नजरअंदाज|भूल|उपेक्षा)',
  ),
  byLiteral(
    'prompt-extraction',
    'hi-reveal',
    0.9,
    ['सिस्टम', 'प्रॉम्प्ट'],
    `(?:सिस्टम|आंतरिक|प्रारंभिक) ?(?:प्रॉम्प्ट|निर्देश)[^।!?]{0,12}(?:दिखा|बता|प्रकट|लिख|दोहरा)`,
  ),
  byLiteral(
    'instruction-override',
    'bn-ignore',
    1,
    ['উপেক্ষা', 'ভুলে'],
    `(?:আগের|পূর্ববর্তী|সমস্ত|উপরের)[^।!?]{0,20}(?:নির্দেশ|নিয়ম|আদেশ)[^।!?]{0,16}(?:উপেক্ষা|ভুলে)`,
  ),
  byLiteral(
    'instruction-override',
    'he-ignore',
    1,
    ['התעלם', 'שכח', 'התעלמי'],
    '(?:התעלם|התעלמי|שכח|תתעלם)[^.!?]{0,16}(?:ההוראות|הוראות|ההנחיות|הכללים|הפקודות)[^.!?]{0,20}(' +
      '?:הקודמות|לעיל|הקודמים|שלך)',
  ),
  byLiteral(
    'instruction-override',
    'th-ignore',
    1,
    ['เพิกเฉย', 'ละเว้น', 'ลืม', 'ไม่ต้องสนใจ', 'ไม่สนใจ'],
    '(?:เพิกเฉย|ละเว้น|ลืม|ไม่ต้องสนใจ|ไม่สนใจ)[^.!?\\n]{0,20}(?:คำสั่ง|คำแนะนำ|กฎ)[^.!?\\n]{0,20' +
      '}(?:ก่อนหน้า|ข้างต้น|ทั้งหมด|เดิม)',
  ),
];

export const LANGUAGE_RULES: readonly InjectionRule[] = [
  ...FRAMES.flatMap(latinRules),
  ...CJK,
  ...OTHER_SCRIPTS,
];
