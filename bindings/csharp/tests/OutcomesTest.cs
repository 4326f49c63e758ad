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
public class OutcomesTest : Inboxes
{
    [Test]
    public void TasksAndThreadsShareTheOutcomesUntilTheInboxIsDisposedOf()
    {
        Inbox inbox = Of(1);
        client.Dispose();
        var seen = new List<string>();
        Action<Outcome> settle = outcome =>
        {
            inbox.Sent(outcome, 0);
            lock (seen)
                seen.Add(outcome.SessionId);
        };
        Task[] waiting = Enumerable.Range(0, 4).Select(i => i % 2 == 0 ? Task.Run(() => Loop(inbox, settle)) : Await(inbox, settle)).ToArray();
        for (int i = 0; i < 100; i++)
            Assert.AreEqual(Accept.Queued, inbox.OfferText(null, "u" + i % 20, "" + i, "!answer=x"));
        Service.WaitUntil(() => inbox.Stats().Pending == 0);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 20).Select(i => "u" + i), seen.Distinct());
        Assert.IsFalse(waiting.Any(each => each.IsCompleted));
        inbox.Dispose();
        inbox.Dispose();
        foreach (Task each in waiting)
            Assert.Throws<ObjectDisposedException>(() => each.GetAwaiter().GetResult());
        Assert.Throws<ObjectDisposedException>(() => inbox.Poll(TimeSpan.Zero));
        Assert.Throws<ObjectDisposedException>(() => inbox.NextAsync().GetAwaiter().GetResult());
        Assert.Throws<ObjectDisposedException>(() => inbox.Stats());
        Assert.Throws<ObjectDisposedException>(() => Write(inbox, "a", "Hi"));
    }

    private static void Loop(Inbox inbox, Action<Outcome> settle)
    {
        foreach (Outcome outcome in inbox)
            settle(outcome);
    }

    private static async Task Await(Inbox inbox, Action<Outcome> settle)
    {
        Inbox.AsyncEnumerator outcomes = inbox.GetAsyncEnumerator();
        while (await outcomes.MoveNextAsync().ConfigureAwait(false))
            settle(outcomes.Current);
    }

    [Test]
    public void AWaitThatIsInterruptedLosesNoOutcome()
    {
        const int Messages = 300;
        var seen = new List<string>();
        using (Inbox inbox = Of(1))
        {
            var waiting = new Thread(() => CollectThroughInterrupts(inbox, seen, Messages));
            waiting.Start();
            for (int i = 0; i < Messages; i++)
            {
                Assert.AreEqual(Accept.Queued, inbox.OfferText(null, "u" + i, "" + i, "!answer=x"));
                for (int times = 0; times < 4; times++)
                {
                    waiting.Interrupt();
                    Thread.Yield();
                }
            }
            Assert.IsTrue(waiting.Join(TimeSpan.FromMinutes(1)), "{0} of {1} outcomes came", seen.Count, Messages);
        }
        CollectionAssert.AreEquivalent(Enumerable.Range(0, Messages).Select(i => "u" + i), seen);
    }

    private static void CollectThroughInterrupts(Inbox inbox, List<string> seen, int messages)
    {
        while (seen.Count < messages)
            try
            {
                seen.Add(inbox.Poll(TimeSpan.FromMinutes(1)).SessionId);
            }
            catch (ThreadInterruptedException)
            {
            }
    }

    [Test]
    public void ATokenEndsTheWaitAndTakesNothing()
    {
        using (var source = new CancellationTokenSource())
        using (Inbox inbox = Of(1))
        {
            Task<Outcome> next = inbox.NextAsync(source.Token);
            Assert.IsFalse(next.IsCompleted);
            source.Cancel();
            Assert.Catch<OperationCanceledException>(() => next.GetAwaiter().GetResult());
            Assert.IsTrue(next.IsCanceled);
            Assert.IsTrue(inbox.NextAsync(source.Token).IsCanceled);
            Write(inbox, "a", "!answer=still");
            Assert.AreEqual("still", Next(inbox, OutcomeKind.Answer).Parts[0]);
        }
    }

    [Test]
    public void AForgottenInboxGivesItsPathBack()
    {
        string path = Path.Combine(folder, "inbox");
        // Mono looks for references on stacks as well, and may find the last one there.
        Task.Run(() => Forget(path)).Wait();
        Service.WaitUntil(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            try
            {
                Of(1, path).Dispose();
                return true;
            }
            catch (StorageException)
            {
                return false;
            }
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Forget(string path)
    {
        Assert.IsNull(Of(1, path).Poll(TimeSpan.FromMilliseconds(1)));
    }

    [Test]
    public void OutcomesLeaveNoMemoryBehind()
    {
        InboxOptions options = Bursts(1);
        options.Limit = 100000;
        using (var inbox = new Inbox(client, options: options))
        {
            int number = 0;
            Service.AssertEndsGrowing(12000000, () =>
            {
                for (int i = 0; i < 500; i++)
                {
                    Assert.AreEqual(Accept.Queued, inbox.Offer(Message("" + number++, "!huge=20000 detail=" + Service.Padding)));
                    inbox.Sent(Next(inbox, OutcomeKind.Answer), 0);
                }
            });
        }
    }
}
