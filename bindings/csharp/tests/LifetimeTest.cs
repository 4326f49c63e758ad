using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Robofy;

[TestFixture]
public class LifetimeTest
{
    [Test]
    public void ATokenCancelsItsChat()
    {
        using (Client client = Service.Client())
        using (var source = new CancellationTokenSource(50))
        {
            Task<Reply> answer = client.WhatsAppChatAsync(Service.Message("!delay-ms=60000"), source.Token);
            Assert.Catch<OperationCanceledException>(() => answer.GetAwaiter().GetResult());
            Assert.IsTrue(answer.IsCanceled);
            Task<Reply> late = client.WhatsAppChatAsync(Service.Message("Hello"), source.Token);
            Assert.Catch<OperationCanceledException>(() => late.GetAwaiter().GetResult());
            Assert.AreEqual(1, Service.Figure(client, "cancelled"));
            Assert.AreEqual(0, Service.Figure(client, "answered"));
            Assert.AreEqual("still", client.WhatsAppChatAsync(Service.Message("!answer=still")).Result.Answer);
        }
    }

    [Test]
    public void ADisposedClientIsAnErrorAndWhatWaitedIsCancelled()
    {
        Client client = Service.Client();
        using (var source = new CancellationTokenSource())
        {
            Task<Reply> waiting = client.WhatsAppChatAsync(Service.Message("!delay-ms=60000"), source.Token);
            client.Dispose();
            client.Dispose();
            Assert.Throws<ChatCancelledException>(() => waiting.GetAwaiter().GetResult());
            source.Cancel();
            Service.Failure<ObjectDisposedException>(client, Service.Message("Hello"));
            Assert.Throws<ObjectDisposedException>(() => client.Stats());
        }
    }

    [Test]
    public void AClientIsDisposedOfAmidItsCalls()
    {
        for (int round = 0; round < 30; round++)
        {
            Client client = Service.Client();
            Task[] users = Enumerable.Range(0, 8).Select(i => Task.Run(() => ChatUntilDisposed(client, i))).ToArray();
            Thread.Sleep(round % 10);
            client.Dispose();
            Task.WaitAll(users);
        }
    }

    private static void ChatUntilDisposed(Client client, int user)
    {
        try
        {
            while (true)
            {
                client.Stats();
                Message message = Service.Message("!answer=now");
                Reply reply = user % 2 == 0 ? client.WhatsAppChat(message) : client.WhatsAppChatAsync(message).GetAwaiter().GetResult();
                Assert.AreEqual("now", reply.Answer);
            }
        }
        catch (ObjectDisposedException)
        {
        }
        catch (ChatCancelledException)
        {
        }
    }

    [Test]
    public void AForgottenClientIsFreedAndNotBeforeItsChatsAreAnswered()
    {
        Task<Reply> answer = Ask();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.AreEqual("remembered", answer.Result.Answer);
        Service.AssertEndsGrowing(12000000, () =>
        {
            for (int i = 0; i < 50; i++)
                Forget(100);
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<Reply> Ask()
    {
        return Service.Client().WhatsAppChatAsync(Service.Message("!delay-ms=500 answer=remembered"));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(int clients)
    {
        for (int i = 0; i < clients; i++)
            Service.Client(new Options { UserAgent = Service.Padding });
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [Test]
    public void TenThousandChatsLeaveNoMemoryBehind()
    {
        using (Client client = Service.Client(new Options { MaxRetries = 0 }))
        {
            for (int i = 0; i < 200; i++)
                Fifty(client);
            Service.AssertEndsGrowing(25000000, () =>
            {
                for (int i = 0; i < 200; i++)
                    Fifty(client);
            });
            Assert.AreEqual(0, Service.Figure(client, "in_flight"));
            Assert.GreaterOrEqual(Service.Figure(client, "answered"), 10000);
        }
    }

    private static void Fifty(Client client)
    {
        using (var source = new CancellationTokenSource())
        {
            var answers = new List<Task>();
            for (int i = 0; i < 50; i++)
            {
                string query = i % 10 == 0 ? "!delay-ms=60000 detail=" : i % 2 == 0 ? "!status=403 detail=" : "!huge=4096 detail=";
                answers.Add(client.WhatsAppChatAsync(
                    Service.Message(query + Service.Padding), i % 10 == 0 ? source.Token : CancellationToken.None));
            }
            source.Cancel();
            Task.WhenAll(answers).ContinueWith(all => all.Exception).Wait();
        }
    }
}
