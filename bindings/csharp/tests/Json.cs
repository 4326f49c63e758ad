using System.Collections.Generic;
using System.Globalization;
using System.Text.RegularExpressions;

/// <summary>Reads well-formed JSON: objects as dictionaries, arrays as lists, and whole numbers as ints.</summary>
sealed class Json
{
    private static readonly Regex Token = new Regex(
        "\\G\\s*(?:([\\[\\]{},:])|\"((?:[^\"\\\\]+|\\\\.)*)\"|(-?\\d+)|(true|false|null))\\s*", RegexOptions.Compiled);
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
            return int.Parse(scalar.Groups[3].Value, CultureInfo.InvariantCulture);
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
