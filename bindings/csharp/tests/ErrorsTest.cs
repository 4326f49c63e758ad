using System;
using System.Collections.Generic;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using NUnit.Framework;
using Robofy;

[TestFixture]
public class ErrorsTest
{
    [Test]
    public void AFailureIsTypedAndSaysWhatTheServiceSaid()
    {
        using (Client client = Service.Client())
        {
            var error = Service.Failure<UnauthorizedException>(
                client, Service.Message("!status=401 code=UNAUTHORIZED detail=Who_is_there?"));
            Assert.AreEqual(Status.Unauthorized, error.Status);
            Assert.AreEqual("unauthorized", error.Status.Name());
            Assert.AreEqual("unknown", ((Status)999).Name());
            Assert.AreEqual(401, error.HttpStatus);
            Assert.AreEqual("UNAUTHORIZED", error.Code);
            Assert.AreEqual("Who is there?", error.Detail);
            Assert.IsFalse(error.IsRetryable);
            Assert.IsNull(error.RetryAfter);
            StringAssert.Contains("API key", error.Message);
            Assert.IsInstanceOf<RobofyException>(error);
        }
    }

    [Test]
    public void TheNamesAreTheLibrarys()
    {
        Assembly package = typeof(Client).Assembly;
        BindingFlags hidden = BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;
        Service.Client().Dispose();
        object native = package.GetType("Robofy.Library").GetProperty("Native", hidden).GetValue(null);
        var nameOf = (Delegate)native.GetType().GetField("StatusName", hidden).GetValue(native);
        foreach (Status status in Enum.GetValues(typeof(Status)))
            Assert.AreEqual(Marshal.PtrToStringAnsi((IntPtr)nameOf.DynamicInvoke((uint)status)), status.Name());
    }

    [Test]
    public void WhenToSendAgain()
    {
        using (Client client = Service.Client(new Options { MaxRetries = 0 }))
        {
            var error = Service.Failure<RateLimitedException>(client, Service.Message("!status=429 retry-after=7"));
            Assert.IsTrue(error.IsRetryable);
            Assert.AreEqual(TimeSpan.FromSeconds(7), error.RetryAfter);
        }
        using (Client client = Service.Client(new Options { BaseUrl = "http://127.0.0.1:1", MaxRetries = 0 }))
        {
            var error = Assert.Throws<ConnectException>(() => client.WhatsAppChat(Service.Message("Hello")));
            Assert.IsTrue(error.IsRetryable);
            Assert.IsNull(error.HttpStatus);
        }
    }

    [Test]
    public void TheTimeout()
    {
        using (Client client = Service.Client())
        {
            Message message = Service.Message("!delay-ms=60000");
            message.Timeout = TimeSpan.FromMilliseconds(100);
            Assert.Throws<ChatTimeoutException>(() => client.WhatsAppChatAsync(message).GetAwaiter().GetResult());
        }
    }

    [Test]
    public void OneChatTooMany()
    {
        using (Client client = Service.Client(new Options { MaxInFlight = 1 }))
        {
            Task<Reply> first = client.WhatsAppChatAsync(Service.Message("!delay-ms=3000 answer=first"));
            Assert.Throws<OverloadedException>(
                () => client.WhatsAppChatAsync(Service.Message("Hello")).GetAwaiter().GetResult());
            Assert.AreEqual("first", first.Result.Answer);
        }
    }

    [Test]
    public void EveryOptionIsTaken()
    {
        var options = new Options
        {
            Timeout = TimeSpan.FromSeconds(30), ConnectTimeout = TimeSpan.FromSeconds(5), MaxRetries = 1,
            RetryAmbiguous = true, Proxy = "", UserAgent = "gateway/1.2", MaxResponseBytes = 1000, MaxInFlight = 10,
            OrderedSessions = true, RateLimit = new RateLimit(6000, 10),
        };
        using (Client client = Service.Client(options))
        {
            Message failing = Service.Message("!status=500 fails=1");
            failing.SessionId = "918727000001";
            Assert.AreEqual(2, client.WhatsAppChat(failing).Attempts);
            Assert.Throws<ProtocolException>(() => client.WhatsAppChat(Service.Message("!huge=2000")));
        }
    }

    [Test]
    public void WhatCannotBeSentIsRefusedByItsName()
    {
        using (Client client = Service.Client())
        {
            AssertInvalid("query contains a NUL (U+0000) at index 1", client, Service.Message("a\0b"));
            AssertInvalid("query", client, Service.Message(""));
            AssertInvalid("SessionId", client, new Message("1", "2", "3") { SessionId = "\0" });
            AssertInvalid("UserContext", client, new Message("1", "2", "3") { UserContext = "[]" });
            AssertInvalid("Timeout", client, new Message("1", "2", "3") { Timeout = TimeSpan.Zero });
            Assert.AreEqual("query", Assert.Throws<ArgumentNullException>(() => Service.Message(null)).ParamName);
            Assert.Throws<ArgumentNullException>(() => new FakeClient().Answers(null));
            AssertInvalid("pid is missing", client, new Message(null, "2", "3"));
            AssertInvalid("chatbotId must not be empty", client, new Message("1", "", "3"));
            Assert.AreEqual("message", Service.Failure<ArgumentNullException>(client, null).ParamName);
        }
        AssertInvalid("apiKey", () => new Client(""));
        AssertInvalid("BaseUrl", () => new Client("key", new Options { BaseUrl = "http://agents.example" }));
        AssertInvalid("Proxy is", () => new Client("key", new Options { Proxy = "no proxy" }));
        AssertInvalid("CaFile", () => new Client("key", new Options { CaFile = "/nowhere.pem" }));
        AssertInvalid("MaxRetries", () => new Client("key", new Options { MaxRetries = -1 }));
        AssertInvalid("MaxResponseBytes", () => new Client("key", new Options { MaxResponseBytes = 0 }));
        AssertInvalid("perMinute", () => new RateLimit(0));
    }

    [Test]
    public void TheLogIsToldOfChatsThatFailAndOfThoseThatAreRetried()
    {
        var told = new List<string>();
        using (Client client = Service.Client(new Options { RetryAmbiguous = true, Log = told.Add }))
        {
            client.WhatsAppChat(Service.Message("Hello"));
            client.WhatsAppChatAsync(Service.Message("!status=500 fails=1")).Wait();
            Service.Failure<NotFoundException>(client, Service.Message("!status=404 code=NOT_FOUND"));
        }
        Assert.AreEqual(3, told.Count);
        Assert.AreEqual("a chat was answered at request 2", told[0]);
        StringAssert.StartsWith("a chat failed: 404 NOT_FOUND", told[1]);
        Assert.AreEqual(told[1], told[2]);
    }

    [Test]
    public void ALogThatThrowsTakesNeitherAnswersNorErrorsAway()
    {
        Action<string> log = line => throw new InvalidOperationException(line);
        using (Client client = Service.Client(new Options { Log = log }))
        {
            Assert.AreEqual(2, client.WhatsAppChat(Service.Message("!status=503 fails=1 answer=1")).Attempts);
            Assert.AreEqual(2, client.WhatsAppChatAsync(Service.Message("!status=503 fails=1 answer=2")).Result.Attempts);
            Service.Failure<NotFoundException>(client, Service.Message("!status=404"));
        }
    }

    private static void AssertInvalid(string what, Client client, Message message)
    {
        StringAssert.Contains(what, Service.Failure<InvalidArgumentException>(client, message).Message);
    }

    private static void AssertInvalid(string what, TestDelegate call)
    {
        StringAssert.Contains(what, Assert.Throws<InvalidArgumentException>(call).Message);
    }
}
