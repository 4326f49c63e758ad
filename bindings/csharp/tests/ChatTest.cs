using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Robofy;

[TestFixture]
public class ChatTest
{
    private Client client;

    [SetUp]
    public void MakeClient()
    {
        client = Service.Client();
    }

    [TearDown]
    public void DisposeOfClient()
    {
        client?.Dispose();
    }

    [Test]
    public void AChatGivesTheAnswerAndAllThatCameWithIt()
    {
        Message message = Service.Message("Hello");
        message.SessionId = "918727000000";
        Reply reply = client.WhatsAppChatAsync(message).Result;
        Assert.AreEqual("Hello! You wrote: \"Hello\".", reply.Answer);
        Assert.AreEqual(reply.Answer, reply.ToString());
        Assert.AreEqual("918727000000", reply.SessionId);
        Assert.AreEqual("Success", reply.Message);
        StringAssert.StartsWith("{", reply.Body);
        Assert.AreEqual(1, reply.Attempts);
        Assert.Greater(reply.Elapsed, TimeSpan.Zero);
        Assert.IsNull(client.WhatsAppChatAsync(Service.Message("!no-session")).Result.SessionId);
    }

    [Test]
    public void EverythingThatIsSaidArrives()
    {
        Message message = Service.Message("!echo");
        message.SessionId = "ü😀";
        message.UserContext = "{\"language\": \"हिन्दी\", \"vip\": true}";
        string echo = client.WhatsAppChat(message).Answer;
        foreach (string part in new[] { "\"ü😀\"", "\"हिन्दी\"", "\"vip\":true", "\"31415\"", "\"DKDvwn\"", "\"whatsapp\"" })
            StringAssert.Contains(part, echo);
        string query = string.Concat(Enumerable.Repeat("😀", 1000000));
        Assert.AreEqual("Hello! You wrote: \"" + query + "\".", client.WhatsAppChatAsync(Service.Message(query)).Result.Answer);
    }

    [Test]
    public void HalfOfASurrogatePairIsReplaced()
    {
        Message message = new Message("p\ud83d", "DKDvwn", "!echo");
        message.SessionId = "s\udc4b";
        message.UserContext = "{\"n\": \"x\ud83d\", \"m\": \"\\ud83d\"}";
        string echo = client.WhatsAppChat(message).Answer;
        foreach (string part in new[] { "\"p\ufffd\"", "\"s\ufffd\"", "\"x\ufffd\"", "\"m\":\"\\ufffd\"" })
            StringAssert.Contains(part, echo);
        Assert.AreEqual("Hello! You wrote: \"a😀\ufffd\".", client.WhatsAppChat(Service.Message("a😀\ud83d")).Answer);
    }

    [Test]
    public void AHundredChatsAtOnceTakeNoThreadEach()
    {
        client.WhatsAppChatAsync(Service.Message("Hello")).Wait();
        int before = Directory.GetFileSystemEntries("/proc/self/task").Length;
        Stopwatch clock = Stopwatch.StartNew();
        Task<Reply>[] answers = Enumerable.Range(0, 100)
            .Select(i => client.WhatsAppChatAsync(Service.Message("!delay-ms=500 answer=" + i))).ToArray();
        Assert.Less(Directory.GetFileSystemEntries("/proc/self/task").Length, before + 30);
        Task.WaitAll(answers);
        CollectionAssert.AreEqual(Enumerable.Range(0, 100).Select(i => "" + i), answers.Select(answer => answer.Result.Answer));
        Assert.Less(clock.Elapsed.TotalSeconds, 25, "one after another they take 50 s");
    }

    [Test]
    public void Figures()
    {
        client.WhatsAppChat(Service.Message("Hello"));
        Assert.Throws<NotFoundException>(() => client.WhatsAppChat(Service.Message("!status=404")));
        Assert.AreEqual(1, Service.Figure(client, "answered"));
        Assert.AreEqual(1, Service.Figure(client, "not_found"));
    }

    [Test]
    public void TheVersion()
    {
        StringAssert.IsMatch(@"^\d+\.\d+\.\d+$", Client.Version);
    }
}
