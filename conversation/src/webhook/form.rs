//! `application/x-www-form-urlencoded` (WHATWG URL, section 5): bodies of Twilio's, and queries.

use std::borrow::Cow;

/// The pairs, decoded; a byte that is not UTF-8 is U+FFFD.
pub(super) fn pairs(form: &[u8]) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    form.split(|&byte| byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let at = pair
                .iter()
                .position(|&byte| byte == b'=')
                .unwrap_or(pair.len());
            let (name, value) = pair.split_at(at);
            (decode(name), decode(value.get(1..).unwrap_or_default()))
        })
}

/// The first value of this name.
pub(super) fn get<'a>(form: &'a str, name: &str) -> Option<Cow<'a, str>> {
    pairs(form.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
}

/// What stands behind a URL's question mark.
pub(super) fn query(url: &str) -> &str {
    let url = url.split_once('#').map_or(url, |(url, _)| url);
    url.split_once('?').map_or("", |(_, query)| query)
}

fn decode(encoded: &[u8]) -> Cow<'_, str> {
    if !encoded.iter().any(|byte| matches!(byte, b'+' | b'%')) {
        return String::from_utf8_lossy(encoded);
    }
    let escapes = encoded.iter().filter(|&&byte| byte == b'%').count();
    let mut decoded = Vec::with_capacity(encoded.len().saturating_sub(2 * escapes));
    let mut rest = encoded;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => escaped(&mut rest).unwrap_or(b'%'),
            byte => byte,
        });
    }
    Cow::Owned(match String::from_utf8(decoded) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

fn escaped(rest: &mut &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*rest.get(at)?).to_digit(16);
    let byte = digit(0)? << 4 | digit(1)?;
    *rest = rest.get(2..)?;
    u8::try_from(byte).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_decoded() {
        let form = "a=1+2%203&b=%E2%82%AC&c&=d&&e=%&f=%4&g=%zz&h=%ff&i=x=y&%61=2";
        let pairs: Vec<_> = pairs(form.as_bytes())
            .map(|(name, value)| format!("{name}:{value}"))
            .collect();
        let expected = "a:1 2 3,b:\u{20ac},c:,:d,e:%,f:%4,g:%zz,h:\u{fffd},i:x=y,a:2";
        assert_eq!(pairs.join(","), expected);
        assert_eq!(get(form, "a").as_deref(), Some("1 2 3"));
        assert_eq!(get(form, "z"), None);
    }

    #[test]
    fn a_query_is_behind_the_question_mark() {
        for (url, expected) in [
            ("https://a/b?c=d?e#f?g", "c=d?e"),
            ("https://a/b", ""),
            ("?a", "a"),
            ("#?a", ""),
        ] {
            assert_eq!(query(url), expected);
        }
    }
}
