using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Robofy;

[TestFixture]
public class StreamTest
{
    private const string Silence = "!answer=x endless=silence";

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

    private AnswerStream Stream(string query)
    {
        return client.Stream(Service.StreamPath, Service.Message(query));
    }

    /// <summary>A stream of which all that comes was taken.</summary>
    private AnswerStream Silent()
    {
        AnswerStream stream = Stream(Silence);
        stream.First(each => stream.Text == "x");
        return stream;
    }

    private void AssertCancelled(int streams)
    {
        Service.WaitUntil(() => Service.Figure(client, "cancelled") == streams && Service.Figure(client, "in_flight") == 0);
    }

    [Test]
    public void TheEventsComeInTheirOrder()
    {
        Message message = Service.Message("!deltas=2 tools event-delay-ms=5");
        message.SessionId = "918727";
        AnswerStream stream = client.Stream(Service.StreamPath, message);
        client.Dispose();
        List<StreamEvent> events = stream.ToList();
        Assert.AreEqual(5, events.Count(each => each.Kind == StreamEventKind.Tool));
        CollectionAssert.AreEqual(
            new[] { StreamEventKind.Finish, StreamEventKind.Session, StreamEventKind.Other },
            events.Skip(events.Count - 3).Select(each => each.Kind));
        Assert.AreEqual("book", events[2].Name);
        StringAssert.Contains("\"start\"", events[0].Json);
        Assert.AreEqual("0 1 ", stream.Text);
        Assert.AreEqual("918727", stream.SessionId);
        CollectionAssert.IsEmpty(stream);
        Assert.IsNull(stream.NextAsync().Result);
        Assert.IsFalse(stream.Cancel());
        stream.Dispose();
        stream.Dispose();
        Assert.IsFalse(stream.Cancel());
        Assert.Throws<ObjectDisposedException>(() => stream.Text.ToString());
        Assert.Throws<ObjectDisposedException>(() => stream.First());
        Assert.Throws<ObjectDisposedException>(() => stream.NextAsync().GetAwaiter().GetResult());
    }

    [Test]
    public void ALoopThatIsLeftGoesOnWhereItWas()
    {
        using (AnswerStream stream = Stream("!deltas=3"))
        {
            stream.First(each => each.Kind == StreamEventKind.Delta);
            Assert.AreEqual("0 ", stream.Text);
            Assert.AreEqual("1 ", stream.First().Text);
            Assert.AreEqual("2 ", stream.NextAsync().Result.Text);
            stream.Count();
            Assert.AreEqual("0 1 2 ", stream.Text);
        }
    }

    [Test]
    public void AnErrorIsThrownOnce()
    {
        using (AnswerStream stream = Stream("!answer=Hello no-done"))
        {
            Assert.Throws<ChatInterruptedException>(() => stream.Count());
            CollectionAssert.IsEmpty(stream);
            Assert.AreEqual("Hello", stream.Text);
        }
    }

    [Test]
    public void BadArgumentsAreRefused()
    {
        foreach (string path in new[] { "", "v1", "//other.example/", "/../a", "/a\0" })
            Assert.Throws<InvalidArgumentException>(() => client.Stream(path, Service.Message("Hello")));
        Assert.Throws<ArgumentNullException>(() => client.Stream(null, Service.Message("Hello")));
        Assert.Throws<ArgumentNullException>(() => client.Stream(Service.StreamPath, null));
        client = Service.Client(new Options { MaxInFlight = 1 });
        using (Stream(Silence))
            Assert.Throws<OverloadedException>(() => Stream(Silence));
    }

    [Test]
    public void WhoeverWaitsAloneIsToldOfTheDisposal()
    {
        AnswerStream stream = Silent();
        Task<StreamEvent> next = stream.NextAsync();
        Assert.Throws<InvalidOperationException>(() => stream.NextAsync().GetAwaiter().GetResult());
        stream.Dispose();
        Assert.Throws<ChatCancelledException>(() => next.GetAwaiter().GetResult());
        AnswerStream blocked = Silent();
        Task<StreamEvent> first = Task.Run(() => blocked.First());
        Thread.Sleep(100);
        blocked.Dispose();
        var failure = Assert.Catch(() => first.GetAwaiter().GetResult());
        Assert.IsTrue(failure is ChatCancelledException || failure is ObjectDisposedException, failure.ToString());
        AssertCancelled(2);
    }

    [Test]
    public void ATokenCancelsTheAnswer()
    {
        using (var source = new CancellationTokenSource())
        {
            AnswerStream stream = Silent();
            Task<StreamEvent> next = stream.NextAsync(source.Token);
            Assert.IsFalse(next.IsCompleted);
            source.Cancel();
            Assert.Catch<OperationCanceledException>(() => next.GetAwaiter().GetResult());
            Assert.IsTrue(next.IsCanceled);
            AnswerStream late = Silent();
            Assert.Catch<OperationCanceledException>(
                () => late.GetAsyncEnumerator(source.Token).MoveNextAsync().GetAwaiter().GetResult());
            Assert.Throws<ChatCancelledException>(() => late.First());
            AssertCancelled(2);
        }
    }

    [Test]
    public void AForgottenStreamIsCancelledAndNotWhileItIsWaitedFor()
    {
        Task<StreamEvent> next = Forget();
        Service.WaitUntil(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Service.Figure(client, "cancelled") > 0;
        });
        Assert.IsNotNull(next.Result);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Task<StreamEvent> Forget()
    {
        // Mono looks for references on stacks as well, and may find the last one there.
        for (int i = 0; i < 10; i++)
            Task.Run(() => Stream("!body-delay-ms=50 answer=x endless=silence").NextAsync().Result).Wait();
        return Stream("!delay-ms=1000").NextAsync();
    }

    [Test]
    public void AHundredStreamsAtOnceTakeNoThreadEach()
    {
        client.WhatsAppChatAsync(Service.Message("Hello")).Wait();
        int before = Directory.GetFileSystemEntries("/proc/self/task").Length;
        Task<string>[] texts = Enumerable.Range(0, 100).Select(i => Read(Stream("!answer=" + i + " event-delay-ms=20"))).ToArray();
        Assert.Less(Directory.GetFileSystemEntries("/proc/self/task").Length, before + 30);
        CollectionAssert.AreEqual(Enumerable.Range(0, 100).Select(i => "" + i), Task.WhenAll(texts).Result);
    }

    private static async Task<string> Read(AnswerStream stream)
    {
        using (stream)
        {
            while (await stream.NextAsync() != null)
            {
            }
            return stream.Text;
        }
    }
}
