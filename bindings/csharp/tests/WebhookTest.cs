using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Robofy;

[TestFixture]
public class WebhookTest
{
    private const string Secret = "s3cret \u00e9";
    private const string ByMeta = "sha256=beda126a40b694a7001923262c1f233276475dee19681cc865a406662b2f9f06";

    /// <summary>As Meta writes it: ASCII alone, and a slash escaped.</summary>
    private static readonly byte[] Meta =
        Utf8("{\"object\":\"whatsapp_business_account\",\"t\":\"caf\\u00e9 \\ud83d\\udc4b \\/\"}");

    [SetUp]
    public void NeedsStandin()
    {
        Assert.IsNotEmpty(Service.Url);
    }

    private static byte[] Utf8(string text)
    {
        return Encoding.UTF8.GetBytes(text);
    }

    private static byte[] Message(string text, long timestamp)
    {
        return Utf8(
            "{\"entry\":[{\"changes\":[{\"field\":\"messages\",\"value\":{\"messages\":[{\"id\":\"wamid.1\",\"from\":\"1650\","
            + "\"timestamp\":\"" + timestamp + "\",\"type\":\"text\",\"text\":{\"body\":\"" + text
            + "\"}},{\"type\":\"text\"}]}}]}]}");
    }

    [Test]
    public void EachChannelSignsInItsWay()
    {
        AssertReads(Channel.Meta, Meta, ByMeta);
        AssertReads(
            Channel.Waha,
            Utf8("{\"event\":\"message\",\"payload\":{\"body\":\"caf\u00e9 \ud83d\udc4b\"}}"),
            "8b0d19f27f0835d782fb3e4f33b5ffa6d60820ea3796ed59b8dda341e51972df"
            + "018f2131367bcc3364efd113c12a63b966dd6d8dd0330853c65f13508ea8982c");
        AssertReads(
            Channel.Evolution,
            Utf8("{}"),
            "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjQxMDI0NDQ4MDB9"
            + ".Zc8MXdWhmnNZZNopZG0zNoq7KXkZ-EUGRE8V9vghFWk"); // until 2100
        AssertReads(
            Channel.Twilio,
            Utf8("MessageSid=SM1&From=whatsapp%3A%2B1650&Body=a%26b+c%C3%A9&Zz=2&Zz=1&Zz=2&Empty="),
            "GkvYQLlrY1T7pbGUyp8RjmWmMKY=",
            "https://bot.example.com/hook?a=1");
    }

    private static void AssertReads(Channel channel, byte[] body, string signature, string url = null)
    {
        using (var old = new Webhook(channel, "another"))
        using (var both = new Webhook(channel, "another", Secret))
        {
            both.Read(body, signature, url);
            foreach (string wrong in new[] { null, "", signature + "\0", signature.Substring(8), "\ud83d", "\u00e9" })
            {
                var refused = Assert.Throws<SignatureException>(() => both.Read(body, wrong, url));
                Assert.AreEqual(Status.Signature, refused.Status);
                Assert.IsFalse(refused.IsRetryable);
                StringAssert.DoesNotContain(Secret, refused.ToString());
            }
            Assert.Throws<SignatureException>(() => old.Read(body, signature, url));
        }
    }

    [Test]
    public void BytesAreReadAsTheyAre()
    {
        using (var webhook = new Webhook(Channel.Meta))
        {
            Refused("body is not JSON", () => webhook.Read(new byte[0], null));
            Refused("body is not JSON", () => webhook.Read(Utf8("{}\0"), null));
            Refused("not UTF-8", () => webhook.Read(new byte[] { 0x22, 0xff, 0x22 }, null));
            Refused("larger", () => webhook.Read(new byte[(3 << 20) + 1], null));
            CollectionAssert.IsEmpty(webhook.Read(Utf8("{}"), null));
            Assert.AreEqual("a\ufffdb \ufffd", webhook.Read(Message("a\\u0000b \\ud83d", 1), null)[0].Text);
            const long LastOfAll = 253402300799999;
            Assert.AreEqual(DateTimeOffset.MaxValue.Date, webhook.Read(Message("", LastOfAll), null)[0].Timestamp.Value.Date);
            foreach (long none in new[] { 0, LastOfAll + 1, long.MaxValue })
                Assert.IsNull(webhook.Read(Message("", none), null)[0].Timestamp);
        }
    }

    [Test]
    public void WhatCameInOutlivesTheWebhook()
    {
        var webhook = new Webhook(Channel.Meta);
        Incoming incoming = webhook.Read(Message("Hello", 1749416383), null);
        webhook.Dispose();
        webhook.Dispose();
        StringAssert.Contains(
            "make another", Assert.Throws<ObjectDisposedException>(() => webhook.Read(Meta, null)).Message);
        Assert.Throws<ObjectDisposedException>(() => webhook.Challenge("", "token"));
        Assert.AreEqual(1, incoming.Skipped);
        Event message = incoming.Single();
        Assert.AreSame(message, incoming[0]);
        Assert.AreEqual(EventKind.Text, message.Kind);
        Assert.AreEqual(DateTimeOffset.FromUnixTimeSeconds(1749416383), message.Timestamp);
        Assert.AreEqual("wamid.1 1650 Hello", message.Id + " " + message.SessionId + " " + message.Text);
        Assert.IsNull(message.Status);
        Assert.IsNull(message.ErrorCode);
        StringAssert.StartsWith("{\"id\":", message.Json);
    }

    [Test]
    public void NoSecretIsShown()
    {
        using (var webhook = new Webhook(Channel.Evolution, Secret))
        {
            Assert.AreEqual("Webhook: Channel = Evolution", webhook.ToString());
            Event other = webhook.Read(Utf8("{\"event\":\"new\",\"apikey\":\"" + Secret + "\"}"), null).Single();
            StringAssert.Contains(Secret, other.Json);
            Assert.AreEqual("Event: Kind = Other, Id = ", other.ToString());
        }
    }

    [Test]
    public void WhatCannotBeUsedIsRefusedByItsName()
    {
        Refused("channel", () => new Webhook((Channel)99));
        Refused("secret must not be empty", () => new Webhook(Channel.Meta, ""));
        Refused("secret must not be empty", () => new Webhook(Channel.Meta, Secret, ""));
        Refused("secret contains a NUL", () => new Webhook(Channel.Meta, "\0"));
        RefusesNull("secret", () => new Webhook(Channel.Meta, Secret, null));
        RefusesNull("secrets", () => new Webhook(Channel.Meta, null));
        using (var webhook = new Webhook(Channel.Twilio, Secret))
        {
            RefusesNull("body", () => webhook.Read(null, null));
            RefusesNull("verifyToken", () => webhook.Challenge("", null));
            Refused("url contains a NUL", () => webhook.Read(Meta, ByMeta, "\0"));
        }
    }

    [Test]
    public void TheHandshakeIsAnswered()
    {
        using (var webhook = new Webhook(Channel.Meta, Secret))
        {
            string query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=me+%26+you";
            Assert.AreEqual("1158201444", webhook.Challenge(query, "me & you"));
            Assert.IsNull(webhook.Challenge(query, "another"));
            Assert.IsNull(webhook.Challenge(query, ""));
            Assert.IsNull(webhook.Challenge(query + "&a=\0", "me & you"));
            Assert.IsNull(webhook.Challenge(null, "me & you"));
        }
    }

    [Test]
    public void AWebhookIsDisposedOfAmidItsReads()
    {
        for (int round = 0; round < 20; round++)
        {
            var webhook = new Webhook(Channel.Meta, Secret);
            Task[] readers = Enumerable.Range(0, 4).Select(i => Task.Run(() =>
            {
                Assert.Throws<ObjectDisposedException>(() =>
                {
                    while (true)
                        webhook.Read(Meta, ByMeta);
                });
            })).ToArray();
            Thread.Sleep(round % 5);
            webhook.Dispose();
            Task.WaitAll(readers);
        }
    }

    [Test]
    public void WhatIsForgottenIsFreed()
    {
        Service.AssertEndsGrowing(12000000, () =>
        {
            for (int i = 0; i < 50; i++)
                Forget(100); // 20 MB of secrets in all, and as much of events, were they kept
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(int webhooks)
    {
        for (int i = 0; i < webhooks; i++)
        {
            Assert.Throws<SignatureException>(() => new Webhook(Channel.Meta, Service.Padding).Read(Meta, null));
            using (var webhook = new Webhook(Channel.Meta))
                webhook.Read(Message(Service.Padding, 1), null);
        }
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private static void Refused(string what, TestDelegate call)
    {
        StringAssert.Contains(what, Assert.Throws<InvalidArgumentException>(call).Message);
    }

    private static void RefusesNull(string what, TestDelegate call)
    {
        Assert.AreEqual(what, Assert.Throws<ArgumentNullException>(call).ParamName);
    }
}
