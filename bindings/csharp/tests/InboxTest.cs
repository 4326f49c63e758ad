using System;
using System.IO;
using System.Linq;
using System.Text;
using NUnit.Framework;
using Robofy;

[TestFixture]
public class InboxTest : Inboxes
{
    [Test]
    public void ABurstIsAnsweredOnce()
    {
        InboxOptions options = Bursts(2);
        options.Join = " ";
        var inbox = new Inbox(client, options: options);
        Assert.AreEqual(Accept.Queued, inbox.Offer(Message("a", "!answer=**one**")));
        Assert.AreEqual(Accept.Duplicate, inbox.Offer(Message("a", "!answer=**one**")));
        Assert.IsNull(inbox.Poll(TimeSpan.Zero));
        Assert.IsNull(inbox.Poll(TimeSpan.FromMilliseconds(20)));
        Event kept = Message("b", "headers=1");
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.AreEqual(Accept.Queued, inbox.Offer(kept));
        Outcome answer = Next(inbox, OutcomeKind.Answer);
        Assert.AreEqual("1555 106 1555 b", answer.SessionId + " " + answer.ChannelId + " " + answer.To + " " + answer.ReplyTo);
        Assert.IsNull(answer.Recipient);
        Assert.IsNull(answer.Error);
        Assert.AreEqual("**one**", answer.Reply.Answer);
        CollectionAssert.AreEqual(new[] { "*one*" }, answer.Parts);
        CollectionAssert.AreEqual(new[] { "a", "b" }, answer.MessageIds);
        StringAssert.Contains("\"context\":{\"message_id\":\"b\"}", answer.Request(0));
        Assert.IsNull(answer.Request(1));
        Assert.IsNull(answer.Request(-1));
        Assert.AreEqual("Outcome: Kind = Answer, MessageIds = 2, Parts = 1", answer.ToString());
        Assert.Throws<InvalidArgumentException>(() => inbox.Sent(answer, 1));
        Assert.Throws<InvalidArgumentException>(() => inbox.Failed(answer, -1, 100));
        inbox.Sent(answer, 0, "ours");
        Write(inbox, "ours", "our own message", Accept.Duplicate);
        InboxStats stats = inbox.Stats();
        CollectionAssert.AreEqual(
            new long[] { 2, 2, 1, 1, 0 },
            new[] { stats.Queued, stats.Duplicates, stats.Answers, stats.PartsSent, stats.Pending });
        inbox.Dispose();
        StringAssert.Contains("*one*", answer.Request(0));
        answer.Dispose();
        answer.Dispose();
        Assert.AreEqual("*one*", answer.Parts[0]);
        Assert.Throws<ObjectDisposedException>(() => answer.Request(0));
    }

    [Test]
    public void APersonTakesOverAndGivesBack()
    {
        InboxOptions options = Bursts(1);
        options.Fallback[Status.Ok] = "Later.";
        using (var inbox = new Inbox(client, options: options))
        {
            Assert.Throws<InvalidArgumentException>(() => inbox.Pause("1555", TimeSpan.FromHours(1)));
            Write(inbox, "a", "!delay-ms=1000");
            Assert.AreEqual(Accept.TookOver, inbox.Offer(Read(Echo)));
            Write(inbox, "b", "!answer=x", Accept.Paused);
            CollectionAssert.IsEmpty(Next(inbox, OutcomeKind.Expired).Parts);
            inbox.Resume("1555");
            inbox.Pause("1555", TimeSpan.FromHours(1));
            Write(inbox, "c", "!answer=x", Accept.Paused);
            inbox.Resume("1555");
            Write(inbox, "d", "!status=400 code=OOPS");
            Outcome fallback = Next(inbox, OutcomeKind.Fallback);
            Assert.AreEqual("OOPS", ((BadRequestException)fallback.Error).Code);
            Assert.IsNull(fallback.Reply);
            Assert.AreEqual("Later.", fallback.Parts.Single());
        }
    }

    [Test]
    public void WhatFailsComesAgainOrIsGivenUp()
    {
        InboxOptions options = Bursts(1);
        options.Limit = 100;
        using (var inbox = new Inbox(client, options: options))
        {
            Write(inbox, "a", "!huge=250");
            // Too many messages: all of it, later. A bad parameter: the rest. Nobody can be sent to: no more of it.
            foreach (var each in new[] { new { Parts = 3, Code = 130429 }, new { Parts = 3, Code = 100 }, new { Parts = 2, Code = 131026 } })
            {
                Outcome outcome = Next(inbox, OutcomeKind.Answer);
                Assert.AreEqual(each.Parts, outcome.Parts.Count);
                inbox.Failed(outcome, 0, each.Code);
            }
            Write(inbox, "b", "!answer=next");
            Assert.AreEqual("next", Next(inbox, OutcomeKind.Answer).Parts[0]);
        }
    }

    [Test]
    public void ABurstIsThereAfterARestart()
    {
        string path = Path.Combine(folder, "inbox");
        using (Inbox first = Of(2, path))
        {
            Write(first, "a", "!answer=one");
            StringAssert.Contains(path, Assert.Throws<StorageException>(() => Of(2, path)).Message);
        }
        string unsent;
        using (Inbox second = Of(2, path))
        {
            Write(second, "a", "!answer=one", Accept.Duplicate);
            Write(second, "b", "headers=1");
            unsent = Next(second, OutcomeKind.Answer).Reply.Body;
        }
        using (Inbox third = Of(2, path))
        using (Outcome again = Next(third, OutcomeKind.Answer))
        {
            Assert.AreEqual(2, again.MessageIds.Count);
            Assert.AreEqual(unsent, again.Reply.Body);
        }
    }

    [Test]
    public void StopWordsAndMediaAreTold()
    {
        InboxOptions options = Bursts(1);
        options.StopWords = new InboxWords("Bye.", "stop", "unsubscribe");
        options.StartWords = new InboxWords(null, "start");
        options.Media = new InboxMedia(MediaPolicy.Reply, "Text only.");
        options.Dialect = Dialect.WhatsApp;
        options.RetryAmbiguous = options.Groups = true;
        using (var inbox = new Inbox(client, "31415", "DKDvwn", options))
        {
            Write(inbox, "a", "Unsubscribe");
            Outcome notice = Next(inbox, OutcomeKind.Notice);
            Assert.AreEqual("Bye.", notice.Parts.Single());
            inbox.Sent(notice, 0);
            Write(inbox, "b", "Hi", Accept.Paused);
            Write(inbox, "c", "start");
            CollectionAssert.IsEmpty(Next(inbox, OutcomeKind.Notice).Parts);
            Write(inbox, "d", "!answer=**raw**");
            Assert.AreEqual("**raw**", Next(inbox, OutcomeKind.Answer).Parts.Single());
        }
    }

    [Test]
    public void WhatCannotBeUsedIsNamed()
    {
        string file = Path.Combine(folder, "a file");
        File.WriteAllText(file, "");
        StringAssert.Contains(file, Assert.Throws<StorageException>(() => Of(1, file)).Message);
        StringAssert.Contains("Path", Assert.Throws<InvalidArgumentException>(() => Of(1, "\0")).Message);
        StringAssert.Contains("MaxMessages", Assert.Throws<InvalidArgumentException>(() => Of(0)).Message);
        InboxOptions options = Bursts(9);
        options.Quiet = TimeSpan.FromTicks(-1);
        StringAssert.Contains("Quiet", Assert.Throws<InvalidArgumentException>(() => new Inbox(client, options: options)).Message);
        options.Quiet = TimeSpan.Zero;
        options.Dedup = TimeSpan.Zero;
        StringAssert.Contains("Dedup", Assert.Throws<InvalidArgumentException>(() => new Inbox(client, options: options)).Message);
        using (Client without = Service.Client())
            StringAssert.Contains("pid", Assert.Throws<InvalidArgumentException>(() => new Inbox(without)).Message);
        Assert.Throws<ArgumentNullException>(() => new Inbox(null));
        options = Bursts(9);
        options.MaxPending = 1;
        using (var full = new Inbox(client, options: options))
        {
            Write(full, "a", "Hi");
            StringAssert.Contains("MaxPending", Assert.Throws<OverloadedException>(() => Write(full, "b", "Hi")).Message);
            StringAssert.Contains("messageId", Assert.Throws<InvalidArgumentException>(() => Write(full, "", "Hi")).Message);
            Assert.Throws<InvalidArgumentException>(() => full.Offer(new Event()));
            Assert.Throws<ArgumentNullException>(() => full.Offer(null));
            Assert.Throws<ArgumentNullException>(() => full.Sent(null, 0));
            using (var webhook = new Webhook(Channel.Meta))
            {
                Incoming incoming = webhook.Read(Encoding.UTF8.GetBytes(Echo), null);
                incoming.Dispose();
                Assert.AreEqual("e1", incoming[0].Id);
                Assert.Throws<ObjectDisposedException>(() => full.Offer(incoming[0]));
            }
        }
    }
}
