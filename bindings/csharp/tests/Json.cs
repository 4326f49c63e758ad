using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

/// <summary>Reads well-formed JSON: objects as dictionaries, arrays as lists, and whole numbers as ints, or else longs.</summary>
sealed class Json
{
    private static readonly Regex Token = new Regex(
        "\\G\\s*(?:([\\[\\]{},:])|\"((?:[^\"\\\\]+|\\\\.)*)\"|(-?\\d+(?:\\.\\d+)?)|(true|false|null))\\s*", RegexOptions.Compiled);
    private static readonly Regex Escape = new Regex("\\\\(?:u([0-9A-Fa-f]{4})|(.))");

    private Match token;

    private Json(string text)
    {
        token = Token.Match(text);
    }

    internal static T Read<T>(string text)
    {
        return (T)new Json(text).Value();
    }

    internal static string Write(object value)
    {
        if (value is Dictionary<string, object> members)
            return "{" + string.Join(",", members.Select(each => Write(each.Key) + ":" + Write(each.Value))) + "}";
        if (value is List<object> items)
            return "[" + string.Join(",", items.Select(Write)) + "]";
        if (value is string text)
            return '"' + Regex.Replace(text, "[\"\\\\\\p{Cc}]", found => "\\u" + ((int)found.Value[0]).ToString("x4")) + '"';
        return value == null ? "null" : System.Convert.ToString(value, CultureInfo.InvariantCulture).ToLowerInvariant();
    }

    private static object Number(string digits)
    {
        if (digits.Contains("."))
            return double.Parse(digits, CultureInfo.InvariantCulture);
        long value = long.Parse(digits, CultureInfo.InvariantCulture);
        return value == (int)value ? (object)(int)value : value;
    }

    private object Value()
    {
        switch (token.Groups[1].Value)
        {
            case "{":
                return Object();
            case "[":
                return Array();
        }
        Match scalar = token;
        token = token.NextMatch();
        if (scalar.Groups[2].Success)
            return Escape.Replace(scalar.Groups[2].Value, Unescaped);
        if (scalar.Groups[3].Success)
            return Number(scalar.Groups[3].Value);
        return scalar.Groups[4].Value == "null" ? null : (object)(scalar.Groups[4].Value == "true");
    }

    private Dictionary<string, object> Object()
    {
        var members = new Dictionary<string, object>();
        for (token = token.NextMatch(); !Skips("}"); Skips(","))
        {
            var name = (string)Value();
            Skips(":");
            members[name] = Value();
        }
        return members;
    }

    private List<object> Array()
    {
        var items = new List<object>();
        for (token = token.NextMatch(); !Skips("]"); Skips(","))
            items.Add(Value());
        return items;
    }

    private bool Skips(string mark)
    {
        if (token.Groups[1].Value != mark)
            return false;
        token = token.NextMatch();
        return true;
    }

    private static string Unescaped(Match escape)
    {
        if (escape.Groups[1].Success)
            return "" + (char)int.Parse(escape.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        int at = "bfnrt".IndexOf(escape.Groups[2].Value, System.StringComparison.Ordinal);
        return at < 0 ? escape.Groups[2].Value : "" + "\b\f\n\r\t"[at];
    }
}
