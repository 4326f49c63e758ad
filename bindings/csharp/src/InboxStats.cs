using System.Collections.Generic;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Robofy
{
    /// <summary>
    /// A snapshot of an inbox's figures. The first six say how much there is, which a path keeps over a restart; the others count
    /// from the inbox's beginning.
    /// </summary>
    public sealed partial class InboxStats
    {
        private static readonly Regex Member = new Regex("\"(\\w+)\":(\\d+)");

        private readonly Dictionary<string, long> figures = new Dictionary<string, long>();

        internal InboxStats(string json)
        {
            foreach (Match found in Member.Matches(json))
                figures[found.Groups[1].Value] = long.Parse(found.Groups[2].Value, CultureInfo.InvariantCulture);
        }

        private long Figure(string name) => figures.TryGetValue(name, out long figure) ? figure : 0;
    }
}
