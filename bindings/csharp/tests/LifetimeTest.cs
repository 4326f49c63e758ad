using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Robofy;

[TestFixture]
public class LifetimeTest
{
    /// <summary>As without memory: first the reply cannot be read, then nothing can be collected.</summary>
    [TestCase("ReplyAnswer")]
    [TestCase("ClientPoll")]
    public void WhatTheCollectorCannotReadEndsTheTaskAndNothingElse(string function)
    {
        using (Client client = Service.Client())
        {
            object native = Type.GetType("Robofy.Library, Robofy")
                .GetProperty("Native", BindingFlags.Static | BindingFlags.NonPublic).GetValue(null, null);
            FieldInfo field = native.GetType().GetField(function, BindingFlags.Instance | BindingFlags.NonPublic);
            object whole = field.GetValue(native);
            int taken = field.FieldType.GetMethod("Invoke").GetParameters().Length;
            MethodInfo failing = GetType().GetMethod("Failing" + taken, BindingFlags.Static | BindingFlags.NonPublic);
            field.SetValue(native, Delegate.CreateDelegate(field.FieldType, failing));
            try
            {
                Task<Reply> answer = client.WhatsAppChatAsync(Service.Message("Hello"));
                Assert.Throws<OutOfMemoryException>(() => answer.GetAwaiter().GetResult());
            }
            finally
            {
                field.SetValue(native, whole);
            }
            Assert.AreEqual("again", client.WhatsAppChatAsync(Service.Message("!answer=again")).Result.Answer);
        }
    }

    private static IntPtr Failing1(IntPtr reply)
    {
        throw new OutOfMemoryException();
    }

    private static IntPtr Failing2(object client, long timeoutMs)
    {
        throw new OutOfMemoryException();
    }

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

    [Test]
    public void WhatIsSubmittedWhileTheClientIsDisposedOfIsCancelled()
    {
        for (int round = 0; round < 50; round++)
        {
            Client client = Service.Client();
            var answers = new ConcurrentQueue<Task<Reply>>();
            Task[] users = Enumerable.Range(0, 4).Select(i => Task.Run(() => SubmitUntilDisposed(client, answers))).ToArray();
            Service.WaitUntil(() => answers.Count > 20);
            client.Dispose();
            Task.WaitAll(users);
            foreach (Task<Reply> answer in answers) // the time of a chat that is forgotten would pass
                if (!(answer.Exception?.InnerException is ObjectDisposedException))
                    Assert.Throws<ChatCancelledException>(() => answer.GetAwaiter().GetResult());
        }
    }

    private static void SubmitUntilDisposed(Client client, ConcurrentQueue<Task<Reply>> answers)
    {
        for (Task<Reply> answer = null; answer == null || !answer.IsFaulted; answers.Enqueue(answer))
        {
            Message message = Service.Message("!delay-ms=60000");
            message.Timeout = TimeSpan.FromSeconds(30);
            answer = client.WhatsAppChatAsync(message);
        }
    }

    [Test]
    public void TwentyClientsTakeOneThreadAndNoneIsLeftOfThem()
    {
        Client[] clients = Enumerable.Range(0, 20).Select(i => Service.Client()).ToArray();
        var answers = new List<Task<Reply>>();
        foreach (Client client in clients)
        {
            answers.Add(client.WhatsAppChatAsync(Service.Message("!delay-ms=60000")));
            Assert.AreEqual("now", client.WhatsAppChatAsync(Service.Message("!answer=now")).Result.Answer);
            Service.WaitUntil(() => Collectors() <= 2); // the pool's monitor has the name of the thread that started it
        }
        for (int i = 0; i < 19; i++)
        {
            clients[i].Dispose();
            Assert.Throws<ChatCancelledException>(() => answers[i].GetAwaiter().GetResult());
        }
        Assert.AreEqual("still", clients[19].WhatsAppChatAsync(Service.Message("!answer=still")).Result.Answer);
        clients[19].Dispose();
        Assert.Throws<ChatCancelledException>(() => answers[19].GetAwaiter().GetResult());
        Service.WaitUntil(() =>
        {
            GC.Collect(); // clients that other tests have forgotten
            GC.WaitForPendingFinalizers();
            return !IsCollecting();
        });
        using (Client client = Service.Client())
            Assert.AreEqual("again", client.WhatsAppChatAsync(Service.Message("!answer=again")).Result.Answer);
        Service.WaitUntil(() => !IsCollecting());
    }

    private static int Collectors()
    {
        return Directory.GetFileSystemEntries("/proc/self/task").Count(task => NameOf(task) == "robofy-collect");
    }

    private static bool IsCollecting()
    {
        Type collector = typeof(Client).Assembly.GetType("Robofy.Collector", true);
        return collector.GetField("running", BindingFlags.NonPublic | BindingFlags.Static).GetValue(null) != null;
    }

    private static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText(task + "/comm").Trim();
        }
        catch (IOException)
        {
            return "it has ended";
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
