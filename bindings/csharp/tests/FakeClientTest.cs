using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Robofy;

[TestFixture]
public class FakeClientTest
{
    [Test]
    public void AFailureIsRetryableWhereTheLibrarysAlwaysAre()
    {
        FakeClient fake = new FakeClient()
            .Fails(Status.Connect, "no").Fails(Status.RateLimited, "no").Fails(Status.Server, "no")
            .Fails(Status.Connect, "no", isRetryable: false);
        foreach (bool expected in new[] { true, true, false, false })
            Assert.AreEqual(expected, Assert.Catch<RobofyException>(() => fake.WhatsAppChat(new Message("Hi"))).IsRetryable);
    }

    [Test]
    public void ItAnswersAsItWasToldAndKeepsWhatItWasAsked()
    {
        FakeClient fake = new FakeClient()
            .Answers("Hello!")
            .Fails(Status.RateLimited, "too many", isRetryable: true, retryAfter: TimeSpan.FromSeconds(7))
            .Fails(Status.Interrupted, "lost");
        IClient client = fake;
        var first = new Message("Hi") { SessionId = "918727000000" };
        Reply reply = client.WhatsAppChatAsync(first).Result;
        Assert.AreEqual("Hello!", reply.Answer);
        Assert.AreEqual("918727000000", reply.SessionId);
        var limited = Assert.Throws<RateLimitedException>(() => client.WhatsAppChat(new Message("Again")));
        Assert.IsTrue(limited.IsRetryable);
        Assert.AreEqual("rate_limited", limited.Status.Name());
        Assert.AreEqual(TimeSpan.FromSeconds(7), limited.RetryAfter);
        Task<Reply> lost = client.WhatsAppChatAsync(new Message("Third"));
        Assert.Throws<ChatInterruptedException>(() => lost.GetAwaiter().GetResult());
        Assert.AreEqual(3, fake.Messages.Count);
        Assert.AreSame(first, fake.Messages[0]);
        Assert.AreEqual("Third", fake.Messages[2].Query);
        Assert.Throws<InvalidOperationException>(() => client.WhatsAppChat(first), "the script is at its end");
        client.Dispose();
        Assert.Throws<ObjectDisposedException>(() => client.WhatsAppChat(first));
    }
}
