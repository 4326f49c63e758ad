using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Robofy;

/// <summary>The calls that are no WhatsApp chats.</summary>
[TestFixture]
public class CallsTest
{
    private Client client;

    [SetUp]
    public void MakeClient()
    {
        client = Service.Client(new Options { MaxRetries = 0, Pid = "31415", ChatbotId = "DKDvwn" });
    }

    [TearDown]
    public void DisposeOfClient()
    {
        client?.Dispose();
    }

    private static Request Projects()
    {
        return new Request("GET", "/v1/projects");
    }

    private static Request Slow()
    {
        return new Request("GET", "/v1/projects") { Query = { { "standin", "delay-ms=60000" } } };
    }

    [Test]
    public void AResponseHasAllThatCame()
    {
        Response response = client.RequestAsync(
            new Request("GET", "/v1/projects") { Query = { { "a", "1" }, { "a", "x\ud83d" } } }).Result;
        client.Dispose();
        Assert.AreEqual(200, response.Status);
        Assert.AreEqual(1, response.Attempts);
        Assert.Greater(response.Elapsed, TimeSpan.Zero);
        Assert.AreEqual("application/json", response.Header("Content-Type"));
        Assert.IsNull(response.Header("x-none"));
        CollectionAssert.AreEqual(Encoding.UTF8.GetBytes(response.Text), response.GetBody());
        var query = (List<object>)Json.Read<Dictionary<string, object>>(response.Data)["query"];
        CollectionAssert.AreEqual(new[] { "a 1", "a x\ufffd" }, query.Select(pair => string.Join(" ", (List<object>)pair)));
    }

    [Test]
    public void AnEmptyBodyIsEmpty()
    {
        Response response = client.Request(new Request("DELETE", "/v1/projects/7") { Query = { { "standin", "status=204" } } });
        CollectionAssert.IsEmpty(response.GetBody());
        Assert.IsNull(response.Data);
        Assert.AreEqual("Response 204, 0 bytes", response.ToString());
    }

    [Test]
    public void WhatMayHoldASecretIsNotShown()
    {
        Response response = client.Request(new Request("GET", "/v1/ai-agent/chatbot_ai_settings/31415/DKDvwn"));
        StringAssert.Contains("sk-agent-secret", response.Text);
        StringAssert.DoesNotContain("secret", response.ToString());
        Assert.AreEqual("PUT /v1", new Request("PUT", "/v1") { Body = "\"secret\"" }.ToString());
        StringAssert.Contains("sk-agent-secret", client.AgentSettings().Json);
    }

    [Test]
    public void BoundsAreKeptAndBadOnesRefused()
    {
        Request small = Projects(), late = Slow();
        small.MaxResponseBytes = 10;
        Assert.Throws<ProtocolException>(() => client.Request(small));
        late.Timeout = TimeSpan.FromMilliseconds(200);
        Assert.Throws<ChatTimeoutException>(() => client.Request(late));
        foreach (Request bad in new[]
        {
            new Request("GET", "/") { Timeout = TimeSpan.Zero },
            new Request("GET", "/") { MaxResponseBytes = 0 },
            new Request("PUT", "/") { Body = "{" },
            new Request("GET", "/") { Query = { { "a", "\0" } } },
            new Request("G E T", "/"),
            new Request("GET", "//other.example/"),
        })
        {
            Assert.Throws<InvalidArgumentException>(() => client.Request(bad));
            Assert.Throws<InvalidArgumentException>(() => client.RequestAsync(bad).GetAwaiter().GetResult());
        }
        Assert.Throws<ArgumentNullException>(() => client.Request(null));
        Assert.Throws<ArgumentNullException>(() => client.RequestAsync(null).GetAwaiter().GetResult());
        Assert.AreEqual(0, Service.Figure(client, "answered"));
    }

    [Test]
    public void CallsEndAsChatsDo()
    {
        using (var source = new CancellationTokenSource(50))
        {
            Task<Response> cancelled = client.RequestAsync(Slow(), source.Token);
            Assert.Catch<OperationCanceledException>(() => cancelled.GetAwaiter().GetResult());
            Assert.AreEqual(1, Service.Figure(client, "cancelled"));
        }
        Task<Response> last = client.RequestAsync(Slow());
        client.Dispose();
        Assert.Throws<ChatCancelledException>(() => last.GetAwaiter().GetResult());
        Assert.Throws<ObjectDisposedException>(() => client.Request(Projects()));
        Assert.Throws<ObjectDisposedException>(() => client.Sessions());
    }

    [Test]
    public void AMessageOfAnotherPlatform()
    {
        Message message = Service.Message("!echo");
        StringAssert.Contains("\"web\"", client.ChatSend(message).Answer);
        message.Platform = "telegram";
        StringAssert.Contains("\"telegram\"", client.ChatSendAsync(message).Result.Answer);
        Service.Failure<InvalidArgumentException>(client, message);
    }

    [Test]
    public void AFormOfAllKinds()
    {
        Upload upload = new Upload()
            .AddText("chatbot_id", "ü")
            .AddBytes("file", new byte[] { 0, 1 }, "two.bin", "application/pdf")
            .AddBytes("file", new byte[0], "none.bin");
        string body = client.Upload("/v1/ai-agent/files", upload, TimeSpan.FromSeconds(30)).Text;
        foreach (string part in new[] { "name=\\\"chatbot_id\\\"", "ü", "two.bin", "application/pdf", "none.bin" })
            StringAssert.Contains(part, body);
        upload.AddFile("file", "/nowhere/none.pdf", "its.pdf");
        var refused = Assert.Throws<InvalidArgumentException>(() => client.Upload("/v1/ai-agent/files", upload));
        StringAssert.Contains("none.pdf", refused.Message);
        Assert.Throws<ArgumentNullException>(() => client.Upload("/v1/ai-agent/files", null));
        upload.Dispose();
        upload.Dispose();
        Assert.Throws<ObjectDisposedException>(() => client.Upload("/v1/ai-agent/files", upload));
    }

    [Test]
    public void APageIsAskedForWhenItIsNeeded()
    {
        IEnumerable<string> leads = client.Leads();
        Assert.AreEqual(0, Service.Figure(client, "answered"));
        Assert.AreEqual("{\"name\":\"Lead 0\"}", leads.First());
        Assert.AreEqual(1, Service.Figure(client, "answered"));
        Assert.AreEqual(6, leads.Count());
        CollectionAssert.IsEmpty(client.Leads("empty", sessionId: "7", timeout: TimeSpan.FromSeconds(30)));
        Assert.Throws<ProtocolException>(() => client.Leads("loop").Count());
        using (Client other = Service.Client())
            StringAssert.StartsWith("pid is missing", Assert.Throws<InvalidArgumentException>(() => other.Leads()).Message);
    }

    [Test]
    public void ResponsesAndLeadsThatAreForgottenLeaveNothingBehind()
    {
        var large = new Request("PUT", "/v1/projects/7") { Body = "\"" + new string('x', 100000) + "\"" };
        Service.AssertEndsGrowing(25000000, () =>
        {
            for (int i = 0; i < 200; i++)
            {
                client.RequestAsync(large).Wait();
                client.Request(large);
                client.Leads().First();
                new Upload().AddBytes("file", new byte[100000], "x");
            }
        });
    }
}
