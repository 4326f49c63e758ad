//! HTML entities that agents write: all numbers, and of the 2 125 names those of HTML 4 and of punctuation.

use std::cmp::Ordering;

/// Longer than any name here, and than any number that is a character.
pub(crate) const LONGEST: usize = 10;

/// The character that `&name;` stands for, `name` without the `&` and the `;`.
pub(crate) fn decode(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let number = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        let c = char::from_u32(number.ok()?)?;
        return Some(match c {
            // A backtick would begin code.
            '`' => '\'',
            '\n' | '\t' => c,
            '\u{A0}' => ' ',
            // A letter would make one word of what is around it, and nobody writes it so.
            _ if c.is_ascii_alphanumeric() => return None,
            _ if c.is_control() => char::REPLACEMENT_CHARACTER,
            _ => c,
        });
    }
    match named(name)? {
        '`' => Some('\''),
        '\u{A0}' => Some(' '),
        c => Some(c),
    }
}

/// What the entity at the beginning of `text` stands for in CommonMark, and its length.
pub(crate) fn reference(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix('&')?;
    let length = body
        .bytes()
        .take(LONGEST + 1)
        .position(|byte| byte == b';')?;
    let name = &body[..length];
    let c = match name.strip_prefix('#') {
        Some(number) => numbered(number)?,
        None => named(name)?,
    };
    Some((c, length + 2))
}

/// The character of a number of at most seven digits, or six hexadecimal ones.
fn numbered(number: &str) -> Option<char> {
    let (digits, radix, most) = match number.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16, 6),
        None => (number, 10, 7),
    };
    let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !plain || digits.len() > most {
        return None;
    }
    let number = u32::from_str_radix(digits, radix).ok()?;
    let shown = char::from_u32(number).filter(|c| *c != '\0');
    Some(shown.unwrap_or(char::REPLACEMENT_CHARACTER))
}

fn named(name: &str) -> Option<char> {
    let mut names = NAMES;
    while !names.is_empty() {
        let bytes = names.as_bytes();
        let space = |byte: &u8| *byte == b' ';
        let before = bytes[..bytes.len() / 2].iter().rposition(space);
        let start = before.map_or(0, |space| space + 1);
        let length = bytes[start..].iter().position(space);
        let end = length.map_or(names.len(), |length| start + length);
        let entry = &names[start..end];
        let length = entry.bytes().take_while(u8::is_ascii_alphanumeric).count();
        match name.cmp(&entry[..length]) {
            Ordering::Less => names = &names[..start.saturating_sub(1)],
            Ordering::Greater => names = names.get(end + 1..).unwrap_or_default(),
            Ordering::Equal => return entry[length..].chars().next(),
        }
    }
    None
}

/// Names and what they stand for, sorted: those of HTML 4, and of punctuation. One text, because each pointer of a table costs the library a
/// relocation of 24 bytes.
const NAMES: &str = "\
    AEligÆ AMP& AacuteÁ AcircÂ AgraveÀ AlphaΑ AringÅ AtildeÃ AumlÄ BetaΒ CcedilÇ ChiΧ Dagger‡ DeltaΔ ETHÐ EacuteÉ EcircÊ \
    EgraveÈ EpsilonΕ EtaΗ EumlË GT> GammaΓ IacuteÍ IcircÎ IgraveÌ IotaΙ IumlÏ KappaΚ LT< LambdaΛ MuΜ NtildeÑ NuΝ OEligŒ OacuteÓ \
    OcircÔ OgraveÒ OmegaΩ OmicronΟ OslashØ OtildeÕ OumlÖ PhiΦ PiΠ Prime″ PsiΨ QUOT\" RhoΡ ScaronŠ SigmaΣ THORNÞ TauΤ ThetaΘ \
    UacuteÚ UcircÛ UgraveÙ UpsilonΥ UumlÜ XiΞ YacuteÝ YumlŸ ZetaΖ aacuteá acircâ acute´ aeligæ agraveà alefsymℵ alphaα amp& \
    and∧ ang∠ apos' aringå ast* asymp≈ atildeã aumlä bdquo„ betaβ brvbar¦ bsol\\ bull• cap∩ ccedilç cedil¸ cent¢ check✓ chiχ \
    circˆ clubs♣ colon: comma, commat@ cong≅ copy© crarr↵ cross✗ cup∪ curren¤ dArr⇓ dagger† darr↓ deg° deltaδ diams♦ divide÷ \
    dollar$ eacuteé ecircê egraveè empty∅ emsp\u{2003} ensp\u{2002} epsilonε equals= equiv≡ etaη ethð eumlë euro€ excl! exist∃ \
    fnofƒ forall∀ frac12½ frac14¼ frac34¾ frasl⁄ gammaγ ge≥ grave` gt> hArr⇔ harr↔ hearts♥ hellip… hyphen‐ iacuteí icircî \
    iexcl¡ igraveì imageℑ infin∞ int∫ iotaι iquest¿ isin∈ iumlï kappaκ lArr⇐ lambdaλ lang⟨ laquo« larr← lbrace{ lbrack[ lceil⌈ \
    lcub{ ldquo“ le≤ lfloor⌊ lowast∗ lowbar_ loz◊ lpar( lrm\u{200E} lsaquo‹ lsqb[ lsquo‘ lt< macr¯ mdash— microµ middot· minus− \
    muμ nabla∇ nbsp\u{A0} ndash– ne≠ ni∋ not¬ notin∉ nsub⊄ ntildeñ nuν num# oacuteó ocircô oeligœ ograveò oline‾ omegaω \
    omicronο oplus⊕ or∨ ordfª ordmº oslashø otildeõ otimes⊗ oumlö para¶ part∂ percnt% period. permil‰ perp⊥ phiφ piπ pivϖ plus+ \
    plusmn± pound£ prime′ prod∏ prop∝ psiψ quest? quot\" rArr⇒ radic√ rang⟩ raquo» rarr→ rbrace} rbrack] rceil⌉ rcub} rdquo” \
    realℜ reg® rfloor⌋ rhoρ rlm\u{200F} rpar) rsaquo› rsqb] rsquo’ sbquo‚ scaronš sdot⋅ sect§ semi; shy\u{AD} sigmaσ sigmafς \
    sim∼ sol/ spades♠ star☆ starf★ sub⊂ sube⊆ sum∑ sup⊃ sup1¹ sup2² sup3³ supe⊇ szligß tauτ there4∴ thetaθ thetasymϑ \
    thinsp\u{2009} thornþ tilde˜ times× trade™ uArr⇑ uacuteú uarr↑ ucircû ugraveù uml¨ upsihϒ upsilonυ uumlü verbar| vert| \
    weierp℘ xiξ yacuteý yen¥ yumlÿ zetaζ zwj\u{200D} zwnj\u{200C}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_short() {
        let entries = || {
            NAMES.split(' ').map(|entry| {
                entry.split_at(entry.len() - entry.chars().next_back().unwrap().len_utf8())
            })
        };
        assert!(entries().is_sorted_by(|(a, _), (b, _)| a < b));
        for (name, shown) in entries() {
            assert!(name.len() <= LONGEST);
            assert_eq!(
                named(name).map(String::from).as_deref(),
                Some(shown),
                "{name}"
            );
        }
    }

    #[test]
    fn numbers() {
        assert_eq!(decode("#97"), None);
        assert_eq!(decode("#39"), Some('\''));
        assert_eq!(decode("#x1F600"), Some('😀'));
        assert_eq!(decode("#96"), Some('\''));
        assert_eq!(decode("#0"), Some('\u{FFFD}'));
        assert_eq!(decode("#xD800"), None);
        assert_eq!(decode("nothing"), None);
    }
}
