using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Robofy;

/// <summary>The library's own cases, in a file or more for each channel: ROBOFY_WEBHOOKS names their folder.</summary>
[TestFixture]
public class WebhookCasesTest
{
    [Test]
    public void EveryBodyIsReadAsItsCaseSays()
    {
        string folder = Environment.GetEnvironmentVariable("ROBOFY_WEBHOOKS");
        if (string.IsNullOrEmpty(folder))
            Assert.Ignore("ROBOFY_WEBHOOKS is not set");
        int count = 0;
        foreach (string file in Directory.GetFiles(folder, "*.json"))
        {
            var channel = (Channel)Enum.Parse(typeof(Channel), Path.GetFileName(file).Split('_', '.')[0], true);
            using (var webhook = new Webhook(channel))
                foreach (Dictionary<string, object> each in Json.Read<List<object>>(File.ReadAllText(file)))
                {
                    string what = channel + ": " + each["name"];
                    string body = each["body"] as string ?? Json.Write(each["body"]);
                    Incoming incoming = webhook.Read(Encoding.UTF8.GetBytes(body), null);
                    CollectionAssert.AreEqual((List<object>)each["events"], incoming.Select(Shown), what);
                    Assert.AreEqual(each.ContainsKey("skipped") ? each["skipped"] : 0, incoming.Skipped, what);
                    Assert.IsTrue(incoming.All(shown => body.Contains(shown.Json)), what);
                    count++;
                }
        }
        Assert.Greater(count, 100);
    }

    /// <summary>What an event has, by the names of C's getters; not what is as received.</summary>
    private static object Shown(Event each)
    {
        var shown = new Dictionary<string, object>();
        foreach (PropertyInfo property in typeof(Event).GetProperties())
        {
            object value = property.GetValue(each);
            string name = Regex.Replace(property.Name, "(?<=.)[A-Z]", "_$0").ToLowerInvariant();
            if (value is DateTimeOffset time)
                shown[name + "_ms"] = Json.Read<object>(time.ToUnixTimeMilliseconds().ToString());
            else if (value != null && name != "json")
                shown[name] = value is EventKind kind ? kind.ToString().ToUpperInvariant() : value;
        }
        return shown;
    }
}
