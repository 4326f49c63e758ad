package ai.robofy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads well-formed JSON: objects as maps, arrays as lists, and whole numbers as ints, or else longs. */
final class Json {
    private static final Pattern TOKEN =
            Pattern.compile("\\s*(?:([\\[\\]{},:])|\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|(-?\\d+(?:\\.\\d+)?)|(true|false|null))\\s*");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u(\\p{XDigit}{4})|(.))");
    private static final Pattern ESCAPED = Pattern.compile("[\"\\\\\\p{Cntrl}]");

    private final Matcher token;

    private Json(String text) {
        token = TOKEN.matcher(text);
        token.lookingAt();
    }

    static Object read(String text) {
        return new Json(text).value();
    }

    static String write(Object value) {
        if (value instanceof Map<?, ?> members) {
            return members.entrySet().stream()
                    .map(each -> write(each.getKey()) + ":" + write(each.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof List<?> items) {
            return items.stream().map(Json::write).collect(Collectors.joining(",", "[", "]"));
        }
        return value instanceof String text ? quoted(text) : String.valueOf(value);
    }

    private static String quoted(String text) {
        return '"' + ESCAPED.matcher(text).replaceAll(
                found -> String.format("\\\\u%04x", (int) found.group().charAt(0))) + '"';
    }

    private static Number number(String digits) {
        if (digits.contains(".")) {
            return Double.valueOf(digits);
        }
        long value = Long.parseLong(digits);
        if (value == (int) value) {
            return (int) value;
        }
        return value;
    }

    private Object value() {
        String mark = token.group(1);
        if ("{".equals(mark)) {
            return object();
        }
        if ("[".equals(mark)) {
            return array();
        }
        Object value = token.group(2) != null ? unescaped(token.group(2))
                : token.group(3) != null ? number(token.group(3))
                : token.group(4).equals("null") ? null : Boolean.valueOf(token.group(4));
        next();
        return value;
    }

    private Map<String, Object> object() {
        Map<String, Object> members = new LinkedHashMap<>();
        for (next(); !at("}"); skip(",")) {
            String name = (String) value();
            skip(":");
            members.put(name, value());
        }
        next();
        return members;
    }

    private List<Object> array() {
        List<Object> items = new ArrayList<>();
        for (next(); !at("]"); skip(",")) {
            items.add(value());
        }
        next();
        return items;
    }

    private boolean at(String mark) {
        return mark.equals(token.group(1));
    }

    private void skip(String mark) {
        if (at(mark)) {
            next();
        }
    }

    private void next() {
        if (token.end() < token.regionEnd()) {
            token.region(token.end(), token.regionEnd());
            if (!token.lookingAt()) {
                throw new IllegalArgumentException("not JSON");
            }
        }
    }

    private static String unescaped(String text) {
        return ESCAPE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(
                found.group(1) != null ? "" + (char) Integer.parseInt(found.group(1), 16) : plain(found.group(2))));
    }

    private static String plain(String escaped) {
        int at = "bfnrt".indexOf(escaped);
        return at < 0 ? escaped : "" + "\b\f\n\r\t".charAt(at);
    }
}
