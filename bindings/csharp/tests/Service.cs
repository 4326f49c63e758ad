using System;
using System.Collections.Generic;
using System.IO;
using System.Text.RegularExpressions;
using System.Threading;
using NUnit.Framework;
using Robofy;

/// <summary>The service that the tests talk to, and short forms of what they do.</summary>
static class Service
{
    /// <summary>Where the stand-in answers in events.</summary>
    internal const string StreamPath = "/v1/ai-agent/events";

    /// <summary>Makes what is leaked weigh.</summary>
    internal static readonly string Padding = new string('x', 4096);

    /// <summary>The stand-in's: no test messages the live service.</summary>
    internal static string Url
    {
        get
        {
            string url = Environment.GetEnvironmentVariable("ROBOFY_BASE_URL") ?? "";
            if (!url.StartsWith("http://127.0.0.1:"))
                Assert.Ignore("ROBOFY_BASE_URL is not the stand-in's");
            return url;
        }
    }

    internal static Client Client(Options options = null)
    {
        options = options ?? new Options();
        options.BaseUrl = options.BaseUrl ?? Url;
        return new Client(Environment.GetEnvironmentVariable("ROBOFY_API_KEY"), options);
    }

    internal static Message Message(string query)
    {
        return new Message("31415", "DKDvwn", query);
    }

    internal static T Failure<T>(Client client, Message message) where T : Exception
    {
        var failure = Assert.Throws<T>(() => client.WhatsAppChatAsync(message).GetAwaiter().GetResult());
        Assert.AreEqual(failure.Message, Assert.Throws<T>(() => client.WhatsAppChat(message)).Message);
        return failure;
    }

    internal static int Figure(Client client, string name)
    {
        return int.Parse(Regex.Match(client.Stats(), "\"" + name + "\":\\s*(\\d+)", RegexOptions.RightToLeft).Groups[1].Value);
    }

    internal static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
    }

    /// <summary>A leak grows each time; what the garbage collector has not given back yet does not.</summary>
    internal static void AssertEndsGrowing(long bytes, Action work)
    {
        var growth = new List<long>();
        do
        {
            Assert.Less(growth.Count, 3, "grew by " + string.Join(", ", growth) + " bytes");
            long before = ResidentBytes();
            work();
            growth.Add(ResidentBytes() - before);
        }
        while (growth[growth.Count - 1] >= bytes);
    }

    internal static void WaitUntil(Func<bool> condition)
    {
        for (int i = 0; i < 500 && !condition(); i++)
            Thread.Sleep(20);
        Assert.IsTrue(condition(), "waited in vain");
    }
}
